/** Whether a call can be placed from here now. */
import { type AccountView } from '../../shared/account.ts'
import { type PhoneView } from '../../shared/phone.ts'

/** Beside a desk phone the server places it; else the phone of this computer does, once it is registered. */
export const canCall = ({ use, capabilities }: AccountView, phone: PhoneView): boolean =>
  use === 'companion' ? capabilities?.originate === true : phone.state === 'registered'
