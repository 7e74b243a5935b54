// Python with Jinja2, which judges our file-name templates: Debian's own package, or any that is there where Debian is not.
import { capture } from '../process.ts'
import { Missing } from '../project.ts'
import { hasApt, needPackages } from './apt.ts'

const DEBIANS = '/usr/bin/python3'

/** The Python that has Jinja2. Throws Missing, which says what to install. */
export async function needJinja(): Promise<string> {
  if (await hasApt()) {
    await needPackages('the judge of file-name templates', ['python3-jinja2'])
    return DEBIANS
  }
  for (const python of [DEBIANS, 'python3', 'python']) {
    const { code } = await capture(python, ['-c', 'import jinja2'])
    if (code === 0) return python
  }
  throw new Missing('Missing for the judge of file-name templates: Python 3 with Jinja2 (pip install jinja2)')
}
