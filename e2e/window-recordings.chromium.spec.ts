/** The recordings screen of the built window over libraries of any size: what is seen, asked, kept and said. */
import { type Page } from '@playwright/test'
import { NO_FILTER, type ListPage } from '../shared/library/query.ts'
import { expect, SMALL, test } from './window-page/fixtures.ts'
import { FakeLibrary } from './window-page/library.ts'
import { sideways } from './window-page/look.ts'
import { done, failed, later, type WindowPage } from './window-page/page.ts'
import { part } from './window-page/scene.ts'
import {
  account,
  AT,
  entry,
  idle,
  kept,
  listing,
  openLibrary,
  partOf,
  ready,
  seenIn,
  unplayable,
} from './window-page/states.ts'

const grid = (page: Page) => page.getByRole('grid', { name: 'List of calls' })
const rows = (page: Page) => page.locator('[role=row][data-entry]')
const row = (page: Page, id: string) => page.locator(`[role=row][data-entry="${id}"]`)
const details = (page: Page) => page.getByRole('region', { name: 'Details of the call' })
const cursor = (page: Page) => page.locator('[role=row][data-cursor]')

async function openList(window: WindowPage): Promise<void> {
  await part(window, 1)
  await expect(window.page.getByRole('searchbox')).toBeVisible()
}

/** The row under the heading, and how many pixels below the top of the list it begins. */
const firstSeen = (page: Page) =>
  grid(page).evaluate(box => {
    const top = box.getBoundingClientRect().top
    const seen = [...box.querySelectorAll<HTMLElement>('[data-entry]')]
      .map(each => ({ id: each.dataset['entry'] ?? '', from: Math.round(each.getBoundingClientRect().top - top) }))
      .filter(({ from }) => from >= 34)
      .sort((a, b) => a.from - b.from)
    return seen[0] ?? null
  })

/** Scrolls the list once it is known whole, and waits for the frame in which rows are drawn there. */
async function scrollTo(page: Page, share: number): Promise<void> {
  await expect(grid(page)).toHaveAttribute('aria-busy', 'false')
  await grid(page).evaluate((box, to) => {
    box.scrollTop = (box.scrollHeight - box.clientHeight) * to
    return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  }, share)
}

/** No row that is on screen is still empty. */
const loaded = (page: Page) => expect(page.locator('[role=gridcell][aria-busy=true]')).toHaveCount(0)

test.describe('the list', () => {
  test('has the roles of a grid, with the numbers of all its rows', async ({ open }) => {
    const library = new FakeLibrary(5_000)
    const { page, ...window } = await open(idle, { answers: library.answers })
    await openList({ page, ...window })
    const { total, days } = library.outline(NO_FILTER)
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(total + days.length))
    await expect(grid(page)).toHaveAttribute('aria-multiselectable', 'true')
    await expect(page.getByRole('rowheader', { name: 'Today' })).toBeVisible()
    const first = rows(page).first()
    await expect(first).toHaveAttribute('aria-rowindex', '2')
    await expect(first).toHaveAttribute('aria-selected', 'false')
    await expect(first.getByRole('gridcell').nth(1)).toHaveText('Today, 14:00')
    expect(
      await grid(page).evaluate(box =>
        [...box.querySelectorAll('[role=row]')].filter(
          each => each.querySelectorAll('[role=gridcell], [role=rowheader]').length === 0,
        ),
      ),
    ).toEqual([])
    // only a few screens are drawn
    expect(await rows(page).count()).toBeLessThan(80)
  })

  for (const size of [100_000, 1_000_000]) {
    test(`jumps to the middle and to both ends of ${size} calls, and loads just those`, async ({ open }) => {
      const library = new FakeLibrary(size, size / 1000)
      const window = await open(idle, { answers: library.answers })
      const { page } = window
      await openList(window)
      const { total } = library.outline({ ...NO_FILTER })
      await expect(page.getByText(`${total.toLocaleString('en')} calls`)).toBeVisible()
      const asked = window.askedFor('library:list').length
      await scrollTo(page, 0.5)
      await loaded(page)
      const seen = await firstSeen(page)
      const index = Number(/\d+/.exec(seen?.id ?? '')?.[0])
      expect(index).toBeGreaterThan(size * 0.45)
      expect(index).toBeLessThan(size * 0.55)
      expect(window.askedFor('library:list').length - asked).toBeLessThan(6)
      await grid(page).focus()
      await page.keyboard.press('End')
      await expect(cursor(page)).toBeVisible()
      await loaded(page)
      const numbers = await rows(page).evaluateAll(all => all.map(each => each.getAttribute('aria-rowindex')))
      expect(numbers).toContain(await grid(page).getAttribute('aria-rowcount'))
      await page.keyboard.press('PageUp')
      await page.keyboard.press('Home')
      await expect(cursor(page)).toHaveAttribute('aria-rowindex', '2')
      await loaded(page)
      await expect(cursor(page)).toBeInViewport()
    })
  }

  test('goes by the wheel as far as the wheel turns, where the bar moves in a larger measure', async ({ open }) => {
    const library = new FakeLibrary(1_000_000, 1_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await scrollTo(page, 0.5)
    await loaded(page)
    const before = await firstSeen(page)
    await grid(page).hover()
    await page.mouse.wheel(0, 380)
    await expect.poll(async () => (await firstSeen(page))?.id).not.toBe(before?.id)
    await loaded(page)
    const after = await firstSeen(page)
    const number = (seen: typeof after) => Number(/\d+/.exec(seen?.id ?? '')?.[0])
    // ten rows, of which some numbers are calls without a recording
    expect(number(after) - number(before)).toBeGreaterThan(7)
    expect(number(after) - number(before)).toBeLessThan(14)
  })

  test('stays where it is when calls come in above, with cursor and selection', async ({ open }) => {
    const library = new FakeLibrary(5_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await scrollTo(page, 0.4)
    await loaded(page)
    const before = await firstSeen(page)
    if (before === null) throw new Error('nothing to see')
    await row(page, before.id).getByRole('checkbox').click()
    await expect(row(page, before.id)).toHaveAttribute('aria-selected', 'true')
    for (let call = 0; call < 12; call++) library.add()
    await window.tell('library:changed', null)
    const { total, days } = library.outline(NO_FILTER)
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(total + days.length))
    expect(await firstSeen(page)).toEqual(before)
    await expect(row(page, before.id)).toHaveAttribute('aria-selected', 'true')
    await expect(row(page, before.id)).toHaveAttribute('data-cursor', 'true')
    await expect(page.getByText('1 selected')).toBeVisible()
  })

  test('shows at the top what is new there', async ({ open }) => {
    const library = new FakeLibrary(300)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await expect(rows(page).first()).toHaveAttribute('data-entry', 'entry-0')
    library.add({ peer: { name: 'Just Now', number: '1' }, parts: [partOf(9, { hearing: 'finishing' })] })
    await window.tell('library:changed', null)
    await expect(rows(page).first()).toContainText('Just Now')
    await expect(rows(page).first()).toContainText('the server is finishing it')
  })

  test('draws rows that are being loaded as such, and fills them when they come', async ({ open }) => {
    const library = new FakeLibrary(5_000)
    const slow = later<ListPage>()
    const window = await open(idle, {
      answers: {
        ...library.answers,
        'library:list': query => (query.at === null ? done({ entries: library.list(query) }) : slow.outcome),
      },
    })
    const { page } = window
    await openList(window)
    await scrollTo(page, 0.5)
    await expect(page.locator('[role=gridcell][aria-busy=true]').first()).toBeVisible()
    slow.settle(done({ entries: library.list({ filter: NO_FILTER, at: null, limit: 100 }) }))
    await loaded(page)
  })
})

test.describe('the keyboard', () => {
  test('reaches every row, plays, selects one, a range and all, and finds its way back', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await expect(rows(page).first()).toBeVisible()
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(grid(page)).toBeFocused()
    await expect(cursor(page)).toHaveAttribute('aria-rowindex', '2')
    await page.keyboard.press('ArrowDown')
    await expect(cursor(page)).toHaveAttribute('aria-rowindex', '3')
    const pointed = await grid(page).getAttribute('aria-activedescendant')
    expect(await cursor(page).getAttribute('id')).toBe(pointed)
    await page.keyboard.press(' ')
    await expect(page.getByText('1 selected')).toBeVisible()
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(page.getByText('3 selected')).toBeVisible()
    await page.keyboard.press('Shift+ArrowUp')
    await expect(page.getByText('2 selected')).toBeVisible()
    await page.keyboard.press('Control+a')
    const { total } = library.outline(NO_FILTER)
    await expect(page.getByText(`${total.toLocaleString('en')} selected`)).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('toolbar')).toHaveCount(0)
    await page.keyboard.press('Enter')
    await expect(details(page)).toBeVisible()
    // what plays at once does not ask where the user was
    await expect(page.locator('audio')).toHaveAttribute('src', /^recording:/)
    expect(window.askedFor('player:place')).toEqual([])
    await page.keyboard.press('Escape')
    await expect(details(page)).toHaveCount(0)
    await expect(grid(page)).toBeFocused()
    // its ring is that of the row it points at
    await expect(cursor(page)).toHaveCSS('outline-style', 'solid')
    await page.keyboard.press('Control+f')
    await expect(page.getByRole('searchbox')).toBeFocused()
  })

  test('selects a range over what was never on screen', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await expect(rows(page).first()).toBeVisible()
    await page.keyboard.press('Control+f')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+End')
    const all = library.list({ filter: NO_FILTER, at: null, limit: 2_000 })
    await expect(page.getByText(`${all.length.toLocaleString('en')} selected`)).toBeVisible()
    await page.getByRole('button', { name: 'Add to favourites' }).click()
    await expect.poll(() => window.askedFor('library:annotate').length).toBe(1)
    expect(window.askedFor('library:annotate')[0]).toEqual({
      selection: { kind: 'entries', ids: all.map(({ id }) => id) },
      change: { favourite: true },
    })
  })

  test('one by one no more are selected than a request may name, and the screen says what to do', async ({ open }) => {
    const library = new FakeLibrary(30_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await rows(page).first().getByRole('checkbox').click()
    await grid(page).focus()
    await page.keyboard.press('Shift+End')
    await expect(page.getByRole('alert')).toContainText('At most 10,000 are selected one by one.')
    await expect(page.getByText('1 selected')).toBeVisible()
  })
})

test.describe('several at once', () => {
  test('are tagged, made favourites and hidden, by name or by the filter', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await rows(page).nth(1).getByRole('checkbox').click()
    await rows(page)
      .nth(3)
      .click({ modifiers: ['Shift'] })
    await expect(page.getByText('3 selected')).toBeVisible()
    await page.getByRole('combobox', { name: 'Add a tag' }).fill('spring')
    await page.keyboard.press('Enter')
    await expect(page.getByText('3 selected · Done')).toBeVisible()
    const ids = await page
      .locator('[aria-selected=true]')
      .evaluateAll(all => all.map(each => each.getAttribute('data-entry')))
    expect(window.askedFor('library:addTag')).toEqual([{ selection: { kind: 'entries', ids }, tag: 'spring' }])
    await page.getByRole('button', { name: /^Select all/ }).click()
    await page.getByRole('button', { name: 'Hide' }).click()
    await expect
      .poll(() => window.askedFor('library:annotate'))
      .toEqual([{ selection: { kind: 'filter', filter: NO_FILTER }, change: { hidden: true } }])
  })

  test('leave the selection with the list: hidden, or no longer found', async ({ open }) => {
    const library = new FakeLibrary(50)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    const [first, second, third] = library.list({ filter: NO_FILTER, at: null, limit: 3 }).map(({ id }) => id)
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few')
    await row(page, first).getByRole('checkbox').click()
    await page.getByRole('button', { name: 'Hide' }).click()
    await expect(page.getByRole('toolbar', { name: 'Selected calls' })).toHaveCount(0)
    await expect(grid(page)).toBeFocused()
    await window.tell('library:changed', null)
    await expect(row(page, first)).toHaveCount(0)
    await row(page, second).getByRole('checkbox').click()
    await row(page, third).getByRole('checkbox').click()
    await expect(page.getByText('2 selected')).toBeVisible()
    library.change(second, { hidden: true })
    await window.tell('library:changed', null)
    await expect(page.getByText('1 selected')).toBeVisible()
    await page.getByRole('button', { name: 'Add to favourites' }).click()
    await expect
      .poll(() => window.askedFor('library:annotate').at(-1))
      .toEqual({ selection: { kind: 'entries', ids: [third] }, change: { favourite: true } })
  })

  test('of all, one is taken out again', async ({ open }) => {
    const library = new FakeLibrary(400)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await grid(page).focus()
    await page.keyboard.press('Control+a')
    const { total } = library.outline(NO_FILTER)
    await expect(page.getByText(`${total} selected`)).toBeVisible()
    await rows(page).nth(2).getByRole('checkbox').click()
    await expect(page.getByText(`${total - 1} selected`)).toBeVisible()
  })

  test('a refusal is told', async ({ open }) => {
    const window = await open(idle, {
      answers: { ...new FakeLibrary(50).answers, 'library:annotate': () => failed('library-broken') },
    })
    const { page } = window
    await openList(window)
    await rows(page).first().getByRole('checkbox').click()
    await page.getByRole('button', { name: 'Add to favourites' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
  })
})

test.describe('search and filters', () => {
  test('every letter is asked for at once, and a late answer to an earlier one changes nothing', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const slow = later<ListPage>()
    const window = await open(idle, {
      answers: {
        ...library.answers,
        'library:list': query => (query.filter.search === 'e' ? slow.outcome : done({ entries: library.list(query) })),
      },
    })
    const { page } = window
    await openList(window)
    await expect(rows(page).first()).toBeVisible()
    await page.getByRole('searchbox').pressSequentially('elodie')
    const before = await rows(page).first().getAttribute('data-entry')
    slow.settle(done({ entries: [entry(77, { peer: { name: 'Too Late', number: '77' } })] }))
    await expect(rows(page).first()).toContainText('Élodie')
    expect(before).toBe('entry-0')
    await expect(page.getByText('Too Late')).toHaveCount(0)
  })

  test('last spring is found in two presses', async ({ open }) => {
    const library = new FakeLibrary(5_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await page.getByRole('button', { name: 'Period: All dates' }).click()
    await page.getByRole('button', { name: /^Spring 2026/ }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect
      .poll(() => window.askedFor('library:list').at(-1))
      .toMatchObject({
        filter: { from: Date.parse('2026-03-01T00:00-05:00'), until: Date.parse('2026-06-01T00:00-04:00') },
      })
    await expect(page.getByRole('rowheader').first()).toContainText(/May/)
    await page.getByRole('button', { name: 'Remove: Spring 2026' }).click()
    await expect(page.getByRole('rowheader', { name: 'Today' })).toBeVisible()
  })

  test('each filter that is on is shown, and taken off by itself', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const window = await open({ ...idle, library: { ...openLibrary, seenSince: AT } }, { answers: library.answers })
    const { page } = window
    await openList(window)
    await page.getByRole('combobox', { name: 'Which calls' }).selectOption('all')
    await expect(page.locator('[data-recorded=false]').first()).toContainText('not recorded')
    await page.getByRole('combobox', { name: 'Direction' }).selectOption('out')
    await page.getByRole('button', { name: 'More filters' }).click()
    await page.getByRole('checkbox', { name: 'With notes or marks' }).check()
    await page.getByRole('combobox', { name: 'Length' }).selectOption({ label: '05:00 or longer' })
    const how = page.getByRole('combobox', { name: 'Recorded how' })
    await expect(how).toHaveAccessibleDescription(/since November 23, 2026/)
    await how.selectOption('automatic')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: /^Remove: / })).toHaveText([
      'All calls',
      'Outgoing',
      '05:00 or longer',
      'With notes or marks',
      'Automatic',
    ])
    await page.getByRole('button', { name: 'Remove: Outgoing' }).click()
    await expect(page.getByRole('combobox', { name: 'Direction' })).toHaveValue('any')
    await page.getByRole('button', { name: 'Remove all filters' }).click()
    await expect(page.getByRole('button', { name: /^Remove: / })).toHaveCount(0)
    await expect.poll(() => window.askedFor('library:list').at(-1)).toMatchObject({ filter: NO_FILTER })
  })

  test('a person is chosen from those there are, and put off again', async ({ open }) => {
    const library = new FakeLibrary(2_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await page.getByRole('combobox', { name: 'Show by' }).selectOption('person')
    await page.getByRole('listitem').filter({ hasText: 'Marie Tremblay' }).getByRole('button').click()
    await expect(rows(page).first()).toContainText('Marie Tremblay')
    await expect(page.getByRole('button', { name: /^Remove: With .*Marie Tremblay/ })).toBeVisible()
    await page.getByRole('button', { name: /^Remove: With/ }).click()
    await expect(rows(page).nth(1)).not.toContainText('Marie Tremblay')
  })

  test('are there again after a call interrupted them, with the place in the list', async ({ open }) => {
    const library = new FakeLibrary(5_000)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await page.getByRole('searchbox').fill('marie')
    await expect(rows(page).nth(3)).toContainText('Marie')
    await scrollTo(page, 0.5)
    await loaded(page)
    const before = await firstSeen(page)
    await part(window, 0)
    await expect(grid(page)).toHaveCount(0)
    await part(window, 1)
    await expect(page.getByRole('searchbox')).toHaveValue('marie')
    await loaded(page)
    expect(await firstSeen(page)).toEqual(before)
  })
})

test.describe('the details', () => {
  test('what cannot be heard says why, and offers no player', async ({ open }) => {
    const why = {
      finishing: 'The server is finishing it...',
      deleted: 'Deleted on the server',
      'no-media': 'Listed, but this server does not let you play it. Ask your administrator for Wazo 24.12 or later',
      empty: 'Nothing was written: the file is empty. Tell your administrator if this happens again',
      missing: 'The server lists it, but its file is gone. Ask your administrator',
      format: 'It is in a format that cannot be played here. Export it, and open it with another program',
    } as const
    const kinds = Object.keys(why) as (keyof typeof why)[]
    const window = await open(idle, {
      answers: {
        ...listing(kinds.map((kind, index) => unplayable(index, kind))),
        'export:preview': () => done({ files: 1, without: 0, bytes: null, examples: ['a.g729'] }),
      },
    })
    const { page } = window
    await openList(window)
    for (const [index, kind] of kinds.entries()) {
      await rows(page).nth(index).click()
      await expect(details(page).getByText(why[kind], { exact: true })).toBeVisible()
      await expect(details(page).getByRole('button', { name: 'Play', exact: true })).toHaveCount(0)
    }
    // what an administrator may have repaired is asked for anew
    const again = details(page).getByRole('button', { name: 'Try again' })
    await expect(again).toHaveCount(0)
    await rows(page).nth(kinds.indexOf('missing')).click()
    await again.click()
    await expect.poll(() => window.askedFor('player:again')).toEqual([{ part: `part-${kinds.indexOf('missing')}` }])
    await rows(page).nth(kinds.indexOf('format')).click()
    // of a kind that another program may play: the file is offered
    await details(page).getByRole('button', { name: 'Export the file...' }).click()
    await expect(page.getByRole('dialog').getByRole('combobox').first()).toHaveValue('original')
  })

  test('why there is no recording is answered from what is known', async ({ open }) => {
    const answers = [
      ['not-allowed', 'You were not allowed to record then.'],
      ['purged', 'The server deletes recordings after a time, and has deleted this one.'],
      ['folder-away', 'The folder with the recordings cannot be read now.'],
    ] as const
    const window = await open(idle, {
      answers: listing(answers.map(([why], index) => entry(index, { parts: [], recordedMs: null, why }))),
    })
    await openList(window)
    for (const [index, [, answer]] of answers.entries()) {
      await rows(window.page).nth(index).click()
      await expect(details(window.page)).toContainText('Why is there no recording of this call?')
      await expect(details(window.page)).toContainText(answer)
    }
    await details(window.page).getByRole('button', { name: 'Look now' }).click()
    await expect.poll(() => window.askedFor('library:look')).toHaveLength(1)
  })

  test('of a call that is no longer listed say so', async ({ open }) => {
    const window = await open(idle, { answers: listing([entry(1), entry(2)]) })
    const { page } = window
    await openList(window)
    await rows(page).first().click()
    await expect(details(page)).toBeVisible()
    window.answer(listing([entry(2)]))
    await window.tell('library:changed', null)
    await expect(page.getByText('This call is no longer listed.')).toBeVisible()
    await page.getByRole('button', { name: 'Close details' }).click()
    await expect(rows(page)).toHaveCount(1)
  })

  test('a note is saved as it is typed, and outlives a refusal and the leaving of the screen', async ({ open }) => {
    const window = await open(idle, {
      answers: { ...listing([entry(1), entry(2)]), 'library:annotate': () => failed('library-broken') },
    })
    const { page } = window
    await openList(window)
    await rows(page).first().click()
    await page.getByRole('textbox', { name: 'Note' }).fill('Price agreed')
    await rows(page).nth(1).click()
    await expect(page.getByRole('alert').filter({ hasText: 'A note is not saved yet.' })).toBeVisible()
    await rows(page).first().click()
    await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Price agreed')
    await expect(details(page).getByRole('alert').filter({ hasText: 'Not saved, and kept here:' })).toBeVisible()
    window.answer({ 'library:annotate': () => done(undefined) })
    await part(window, 0)
    await expect
      .poll(() => window.askedFor('library:annotate').at(-1))
      .toEqual({ selection: { kind: 'entries', ids: ['entry-1'] }, change: { note: 'Price agreed' } })
  })

  test('a note that is being typed goes on when the call log lists the call', async ({ open }) => {
    const live = entry(1, { sources: ['live'], parts: [], recordedMs: null, why: 'late' })
    const logged = entry(2, { startedAt: live.startedAt, note: 'old' })
    const window = await open(idle, { answers: listing([live]), sound: true })
    const { page } = window
    await openList(window)
    await rows(page).first().click()
    const field = page.getByRole('textbox', { name: 'Note' })
    await field.click()
    await page.keyboard.type('Price agred')
    for (let steps = 0; steps < 2; steps++) await page.keyboard.press('ArrowLeft')
    window.answer({ ...listing([logged]), 'library:entry': () => done(logged) })
    await window.tell('library:changed', null)
    await expect(details(page)).toHaveAttribute('data-entry', logged.id)
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    await expect(field).toBeFocused()
    await page.keyboard.type('e')
    await page.keyboard.press('End')
    await page.keyboard.type(' mmm')
    await expect(field).toHaveValue('Price agreed mmm')
    await expect
      .poll(() => window.askedFor('library:annotate').at(-1))
      .toEqual({ selection: { kind: 'entries', ids: [logged.id] }, change: { note: 'Price agreed mmm' } })
    expect(window.askedFor('library:changeMarks')).toEqual([])
    // and what it was called when it was opened does not close it
    await rows(page).first().click()
    await expect(field).toHaveValue('Price agreed mmm')
  })

  test('tags, favourite and hiding are asked for, and shown at once', async ({ open }) => {
    const library = new FakeLibrary(50)
    const window = await open(idle, { answers: library.answers })
    const { page } = window
    await openList(window)
    await row(page, 'entry-0').click()
    await details(page).getByRole('button', { name: 'Favourite' }).click()
    await expect(row(page, 'entry-0').getByRole('button', { name: 'Favourite' })).toHaveAttribute(
      'aria-pressed',
      'true',
    )
    await details(page).getByRole('combobox', { name: 'Add a tag' }).fill('order')
    await page.keyboard.press('Enter')
    await expect(row(page, 'entry-0')).toContainText('order')
    await details(page).getByRole('button', { name: 'Remove the tag order' }).click()
    await expect(row(page, 'entry-0')).not.toContainText('order')
    await details(page).getByRole('button', { name: 'Remove...' }).click()
    await details(page).getByRole('button', { name: 'Hide from my list' }).click()
    await window.tell('library:changed', null)
    await expect(row(page, 'entry-0')).toHaveCount(0)
    expect(window.askedFor('library:annotate')).toEqual(
      [{ favourite: true }, { tags: ['order'] }, { tags: [] }, { hidden: true }].map(change => ({
        selection: { kind: 'entries', ids: ['entry-0'] },
        change,
      })),
    )
  })

  test('a deletion request names date, numbers and recordings', async ({ open }) => {
    const window = await open(idle, { answers: listing([entry(1, { conversation: '1700000000.41' })]) })
    const { page } = window
    await openList(window)
    await rows(page).first().click()
    await details(page).getByRole('button', { name: 'Remove...' }).click()
    await details(page).getByRole('button', { name: 'Copy a deletion request' }).click()
    await expect(details(page).getByText('Copied. Send it to your administrator.')).toBeVisible()
    expect(window.askedFor('app:copyText')).toEqual([
      {
        text: [
          'Please delete the recording of this call: November 23, 2026, 09:08:12, between Eve Gagnon (1042) and Person 1 (11).',
          'Recordings: call-1.wav',
          'Conversation: 1700000000.41',
        ].join('\n'),
      },
    ])
  })

  test('lie over the list where the window is small, and give the list back', async ({ open }) => {
    const window = await open(idle, { answers: new FakeLibrary(500).answers, size: SMALL })
    const { page } = window
    await openList(window)
    await rows(page).nth(2).click()
    await expect(details(page)).toBeInViewport({ ratio: 0.9 })
    await expect(page.locator('[inert]')).toHaveCount(2)
    expect(await sideways(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(details(page)).toHaveCount(0)
    await expect(page.locator('[inert]')).toHaveCount(0)
    await expect(grid(page)).toBeFocused()
  })

  test('parts are told apart, also one that may be the other party’s', async ({ open }) => {
    const two = entry(1, { parts: [partOf(1), partOf(2, { maybeOthers: true })] })
    const window = await open(idle, { answers: listing([two]) })
    const { page } = window
    await openList(window)
    await expect(rows(page).first()).toContainText("from 01:28, 2 parts, one may be the other party's")
    await rows(page).first().click()
    await details(page).getByRole('button', { name: 'Part 2' }).click()
    await expect(page.locator('audio')).toHaveAttribute('src', 'recording://part-2/')
  })

  test('a copy is offered from eleven months on, and not where there is one', async ({ open }) => {
    const soon = AT + 20 * 86_400_000
    const window = await open(idle, {
      answers: listing([
        entry(1, { purgedAt: soon }),
        entry(2, { purgedAt: soon, parts: [partOf(2, { kept: true })] }),
        entry(3, { purgedAt: AT + 60 * 86_400_000 }),
      ]),
    })
    const { page } = window
    await openList(window)
    await expect(rows(page).nth(0)).toContainText('Deletion on December 13')
    await expect(rows(page).nth(1)).not.toContainText('deletes')
    await expect(rows(page).nth(2)).not.toContainText('deletes')
  })
})

test.describe('states', () => {
  test('none yet, none found, none listed here, and still being read', async ({ open }) => {
    const window = await open(idle)
    const { page } = window
    await openList(window)
    await expect(page.getByText('Nothing recorded yet. Calls appear seconds after you hang up.')).toBeVisible()
    await page.getByRole('searchbox').fill('zebra')
    await expect(page.getByText('Nothing found.')).toBeVisible()
    await page.getByRole('button', { name: 'Period' }).click()
    await page.getByRole('button', { name: 'Yesterday' }).click()
    await page.getByRole('button', { name: 'All dates', exact: true }).last().click()
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await expect(page.getByRole('searchbox')).toHaveValue('')
    await window.show({
      library: { ...openLibrary, callLog: { state: 'first', done: 0, total: 900, completeAt: null, failure: null } },
    })
    await expect(page.getByText('Your calls are being read. The newest come first.')).toBeVisible()
    await expect(page.getByRole('progressbar')).toBeVisible()
    const { capabilities } = account
    if (capabilities === null) throw new Error('this account is one of a Wazo')
    await window.show({
      library: openLibrary,
      stage: ready({ capabilities: { ...capabilities, listRecordings: false } }),
    })
    await expect(page.getByText('This server does not list your recordings for you.')).toBeVisible()
  })

  test('a refusal is told, and asked anew on request', async ({ open }) => {
    const window = await open(idle, { answers: { 'library:list': () => failed('server-trouble', { status: 503 }) } })
    const { page } = window
    await openList(window)
    await expect(page.getByRole('alert')).toHaveText(
      'The recordings cannot be shown. The server has trouble (503). Try again in a minute; if it lasts, tell your administrator.',
    )
    window.answer(listing([entry(1)]))
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('alert')).toHaveCount(0)
    await expect(rows(page)).toHaveCount(1)
  })

  test('locked, the list is neither asked for nor shown; opened, it is', async ({ open }) => {
    const window = await open(
      { ...idle, library: { ...openLibrary, state: 'locked' }, keeping: { ...kept, state: 'locked' } },
      { answers: listing([entry(1)]) },
    )
    const { page } = window
    await openList(window)
    await expect(page.getByRole('main').locator('input[type=password]')).toBeVisible()
    expect(window.askedFor('library:list')).toEqual([])
    await window.show({ library: openLibrary, keeping: kept })
    await expect(rows(page)).toHaveCount(1)
  })

  test('how fresh it is, what is away, and what could not be read', async ({ open }) => {
    const window = await open(idle, { answers: listing([entry(1)]) })
    const { page } = window
    await openList(window)
    await expect(page.getByText('Last read Today, 14:07')).toBeVisible()
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect.poll(() => window.askedFor('library:look').length).toBe(1)
    await window.show({
      library: {
        ...openLibrary,
        folder: { state: 'off', done: 0, total: null, completeAt: AT, failure: { code: 'folder-unreadable' } },
        folderName: '\u202Emonitor',
        unread: 2,
      },
    })
    await expect(page.getByText('The folder cannot be read: it may not be connected.')).toBeVisible()
    await page.getByText('2 files of the folder could not be read or recognised').click()
    await expect(page.getByText('They stay untouched.')).toBeVisible()
    expect(await page.locator('#root').innerText()).not.toContain('\u202E')
  })

  for (const language of ['en', 'fr', 'fr-CA'] as const) {
    test(`every control has a name: ${language}`, async ({ open }) => {
      const window = await open(seenIn(idle, language), { answers: new FakeLibrary(200).answers })
      const { page } = window
      await openList(window)
      await rows(page).first().click()
      await rows(page).first().getByRole('checkbox').click()
      await page.locator('main [aria-haspopup=dialog]').nth(1).click()
      const nameless = await page.locator('main').evaluate(main =>
        [...main.querySelectorAll<HTMLElement>('button, input, select, textarea, [role=grid]')]
          .filter(each => {
            const label =
              each.getAttribute('aria-label') ??
              (each.id === '' ? null : main.querySelector(`label[for="${each.id}"]`)?.textContent)
            return (label ?? each.closest('label')?.textContent ?? each.textContent).trim() === ''
          })
          .map(each => each.outerHTML),
      )
      expect(nameless).toEqual([])
    })
  }
})
