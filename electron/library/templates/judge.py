"""The judge of our templates: Jinja2 itself. Reads a JSON list of [template, values], writes a list of texts or nulls."""
import json
import resource
import sys

from jinja2 import Template


# A huge text is a failure, not the end of the machine.
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))


def judge(template, values):
    try:
        return Template(template).render(values)
    except Exception:
        return None


json.dump([judge(template, values) for template, values in json.load(sys.stdin)], sys.stdout)
