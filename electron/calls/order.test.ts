import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Order } from './order.ts'

it('knows nothing before an event told the time', () => {
  expect(new Order().isBefore(0, Number.MAX_SAFE_INTEGER)).toBe(false)
})

it('knows a delayed event for older than a read that began meanwhile', () => {
  const order = new Order()
  // the server's clock is an hour ahead, and its events take 20 ms
  order.arrived(3_600_000, 20)
  order.arrived(3_601_000, 4_000)
  expect(order.isBefore(3_601_000, 2_000)).toBe(true)
  order.forget()
  expect(order.isBefore(3_601_000, 2_000)).toBe(false)
})

it('never calls an event older than a read that began before it was made', () => {
  const event = fc.record({ made: fc.nat(100_000), way: fc.nat(10_000) })
  fc.assert(
    fc.property(fc.array(event, { minLength: 1 }), fc.integer(), fc.nat(100_000), (events, ahead, began) => {
      const order = new Order()
      for (const { made, way } of events) order.arrived(made + ahead, made + way)
      for (const { made } of events) if (made >= began) expect(order.isBefore(made + ahead, began)).toBe(false)
    }),
  )
})
