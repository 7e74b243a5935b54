import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { write } from './evaluate.ts'
import { anyExpression, templates, truthExpression, wildExpression } from './generate.ts'
import { nameTemplate, renderName } from './index.ts'
import { parse } from './parse.ts'

const values = { srcnum: '+33123', dstnum: '', timestamp: 1_489_673_101n, side: 'caller' }

function result(template: string): unknown {
  try {
    return write(parse(template, Object.keys(values)), values)
  } catch (error) {
    return error instanceof AppFailure ? error.failure : error
  }
}

test.each([
  ['{{ srcnum[-4:] }}', '3123'],
  ['{{ srcnum[:-4] }}{{ srcnum[::-1] }}', '+332133+'],
  ['{{ dstnum or "none" }} {{ dstnum|default("x") }} {{ dstnum|default("x", true) }}', 'none  x'],
  ["{% if srcnum.startswith('+') %}ext{% elif dstnum %}in{% else %}?{% endif %}", 'ext'],
  ["{{ 'a' if dstnum else srcnum.replace('+', '00') }}", '0033123'],
  ['{{ timestamp // 86400 * 86400 }} {{ timestamp / 1000 }} {{ -7 // 2 }} {{ -7 % 3 }}', '1489622400 1489673.101 -4 2'],
  ['{{ -1 if not side else timestamp ~ side }}', '1489673101caller'],
  ['{{ dstnum == "" and 3 > 2 >= 2 }} {{ none }} {{ dstnum is defined }}', 'True None True'],
  ["{{ 'x' * 3 }}{{ srcnum.split('3')[1] }}{{ srcnum[99] }}", 'xxx'],
  ['a {%- if side %} b {% endif -%} c\n', 'a b c'],
  ['{# who #}{{ srcnum }}', '+33123'],
])('%s is %s', (template, text) => {
  expect(result(template)).toBe(text)
})

test.each([
  ["{{ srcnum.constructor.constructor('globalThis.hacked = 1')() }}"],
  ["{{ srcnum['constructor']['constructor']('globalThis.hacked = 1')() }}"],
  ["{{ ''.__class__.__mro__ }}"],
  ['{{ __proto__ }}'],
  ['{{ constructor }}'],
  ['{{ srcnum.__proto__ }}'],
  ['{{ srcnum|constructor }}'],
  ['{{ srcnum|__proto__ }}'],
  ['{{ srcnum is constructor }}'],
  ['{{ srcnum.toString() }}'],
  ['{{ srcnum.hasOwnProperty("x") }}'],
  ['{{ [].constructor }}'],
  ['{{ {}.x }}'],
  ['{{ self }}'],
  ['{{ range(99999999) }}'],
  ['{{ cycler() }}'],
  ['{{ srcnum() }}'],
  ['{{ (srcnum|upper)() }}'],
  ['{{ "{0.__class__}".format(srcnum) }}'],
  ['{{ "%999999999d"|format(1) }}'],
  ['{{ "%999999999d" % 1 }}'],
  ['{{ "x" * 10**9 }}'],
  ['{{ "x" * 1000000000 }}'],
  ['{{ 999999999 * "x" }}'],
  ['{{ 9999999 * 9999999 * 9999999 * 9999999 }}'],
  ['{{ srcnum.zfill(999999999) }}'],
  ['{{ srcnum.center(999999999) }}'],
  ['{{ srcnum|center(999999999) }}'],
  ['{{ r/(a+)+$/.test(srcnum) }}'],
  ['{{ srcnum === dstnum }}'],
  ['{{ null }}'],
  ['{{ "\\x41" }}'],
  ['{% for x in range(9999999) %}'],
  ['{% set srcnum = 1 %}'],
  ['{% include "/etc/passwd" %}'],
  ['{% import "os" as os %}'],
  ['{% from "os" import x %}'],
  ['{% extends "x" %}'],
  ['{% macro x() %}'],
  ['{% call x() %}'],
  ['{% block x %}'],
  ['{% filter upper %}'],
  ['{% raw %}'],
  ['{% switch srcnum %}'],
  ['{% ifAsync srcnum %}'],
  ['{% asyncEach x in srcnum %}'],
  ['{{ nobody }}'],
  ['{{ srcnum'],
])('refuses %s by name', expression => {
  expect(result(`a-{{ srcnum }}-${expression}`)).toEqual({ code: 'template-unsupported', subject: expression })
  expect('hacked' in globalThis).toBe(false)
})

test('a text may grow to its bound and no further', () => {
  const growing = "{{ ('x' * 4000).replace('x', 'xxxxxxxx') }}"
  expect(result(growing)).toMatchObject({ code: 'template-unsupported' })
  expect(result("{{ 'x'.join('a' * 4000) }}")).toMatchObject({ code: 'template-unsupported' })
  expect(result(`${"{{ 'x' * 4000 }}".repeat(2)}`)).toMatchObject({ code: 'template-unsupported' })
})

test('deep templates are refused, not followed', () => {
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
    ['not ', ''],
    ['-', ''],
    ['srcnum[', ']'],
    ['1 if 1 else ', ''],
  ] as const) {
    expect(result(`{{ ${open.repeat(35)}srcnum${close.repeat(35)} }}`)).toMatchObject({ code: 'template-unsupported' })
  }
  expect(result('{% if srcnum %}'.repeat(31))).toMatchObject({ code: 'template-unsupported' })
  expect(result('a'.repeat(501))).toMatchObject({ code: 'template-unsupported' })
})

const scraps = fc
  .array(
    fc.oneof(
      anyExpression,
      wildExpression,
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        '-',
        '{%-',
        '-%}',
        ' if ',
        'endif',
        'else',
        'elif',
        '"',
        "'",
        '(',
        '[',
        '\\',
        '/',
        'r/',
      ),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''))

test('whatever is typed is either a text or refused, at once', () => {
  const whole = templates(anyExpression, truthExpression, fc.string({ maxLength: 6 }))
  fc.assert(
    fc.property(fc.oneof(scraps, whole, fc.string({ unit: 'binary', maxLength: 500 })), template => {
      const got = result(template)
      if (typeof got !== 'string') expect(got).toMatchObject({ code: 'template-unsupported' })
    }),
    { numRuns: 3000 },
  )
})

test('names of other variables', () => {
  expect(renderName('{{ date }}/{{ name or number }}', { date: '2026-11-25', name: '', number: '1002' })).toBe(
    '2026-11-25/1002',
  )
  expect(() => renderName('{{ srcnum }}', { date: '' })).toThrow(AppFailure)
  const template = nameTemplate("{% if direction == 'in' %}from {% endif %}{{ name }}", ['direction', 'name'])
  expect(['in', 'out'].map(direction => template.render({ direction, name: 'Éva' }))).toEqual(['from Éva', 'Éva'])
})
