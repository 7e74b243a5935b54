import { expect, test } from 'vitest'
import { onlyLoud } from './LoudFirst.tsx'

const named = (...labels: string[]) => labels.map((label, index) => ({ id: String(index), label }))

test('a headset by any usual name is enough; loudspeakers alone are asked about; what is not known is not', () => {
  expect(onlyLoud([])).toBe(false)
  expect(onlyLoud(named('Fake Audio Output 1'))).toBe(false)
  expect(onlyLoud(named('Built-in Speakers', 'HDMI'))).toBe(true)
  expect(onlyLoud(named('Haut-parleurs'))).toBe(true)
  for (const worn of ['Jabra Evolve2', 'USB Audio', 'Casque (3.5 mm)', 'Écouteurs', 'Headphones', 'Hands-Free AG'])
    expect(onlyLoud(named('Speakers', worn))).toBe(false)
})
