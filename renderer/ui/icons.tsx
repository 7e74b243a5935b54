/** The few icons of the windows: drawn in the colour of the text around them, and silent for screen readers. */
import { type ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  )
}

export const PhoneIcon = () => (
  <Icon>
    <path d="M6.2 3.5h2.6l1.6 4.2-2 1.5a12 12 0 0 0 5.4 5.4l1.5-2 4.2 1.6v2.6a2.2 2.2 0 0 1-2.4 2.2A16.4 16.4 0 0 1 4 5.9a2.2 2.2 0 0 1 2.2-2.4Z" />
  </Icon>
)
export const HangUpIcon = () => (
  <Icon>
    <path d="M3.4 14.9a2 2 0 0 0 2.3.9l2.5-.9a1.6 1.6 0 0 0 1-1.5v-1.8a12 12 0 0 1 5.6 0v1.8c0 .7.4 1.3 1 1.5l2.5.9a2 2 0 0 0 2.3-.9c1.2-2-1-4.3-3.2-5.3a13 13 0 0 0-10.8 0c-2.2 1-4.4 3.3-3.2 5.3Z" />
  </Icon>
)
export const ListIcon = () => (
  <Icon>
    <path d="M4 12h1.5M8 8v8M11.5 5v14M15 8.5v7M18.5 11v2" />
  </Icon>
)
export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </Icon>
)
export const RecordIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="7" />
    <circle cx="12" cy="12" r="3" fill="currentColor" stroke="none" />
  </Icon>
)
export const PauseIcon = () => (
  <Icon>
    <path d="M9 6v12M15 6v12" strokeWidth="2.6" />
  </Icon>
)
export const StopIcon = () => (
  <Icon>
    <rect x="6.5" y="6.5" width="11" height="11" rx="1.5" />
  </Icon>
)
export const MarkIcon = () => (
  <Icon>
    <path d="M6.5 21V4.5h10.5l-2.6 3.7 2.6 3.8H6.5" />
  </Icon>
)
export const PlayIcon = () => (
  <Icon>
    <path d="M8 5.5v13l10.5-6.5Z" fill="currentColor" />
  </Icon>
)
export const CheckIcon = () => (
  <Icon>
    <path d="M19 12a7 7 0 1 1-2.1-5M19 4v4h-4" />
  </Icon>
)
export const MuteIcon = () => (
  <Icon>
    <path d="M9 9V6a3 3 0 0 1 6 0v5M15 14.2A3 3 0 0 1 9 12M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.5 11.5a6.4 6.4 0 0 1-.5 2.5M12 18v3M4 4l16 16" />
  </Icon>
)
export const HoldIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M10 9v6M14 9v6" />
  </Icon>
)
export const TransferIcon = () => (
  <Icon>
    <path d="M4 8h13M13.5 4.5 17 8l-3.5 3.5M20 16H7M10.5 12.5 7 16l3.5 3.5" />
  </Icon>
)
export const KeypadIcon = () => (
  <Icon>
    <path d="M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01" strokeWidth="3" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6" />
    <path d="m20 20-4.5-4.5" />
  </Icon>
)
export const OutgoingIcon = () => (
  <Icon>
    <path d="M7 17 17 7M9 7h8v8" />
  </Icon>
)
export const IncomingIcon = () => (
  <Icon>
    <path d="M17 7 7 17M15 17H7V9" />
  </Icon>
)
export const NoteIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11v5M12 8h.01" />
  </Icon>
)
export const AlarmIcon = () => (
  <Icon>
    <path d="M12 4 3 19.5h18ZM12 10v4.5M12 17h.01" />
  </Icon>
)
export const DeskPhoneIcon = () => (
  <Icon>
    <rect x="4" y="9" width="16" height="10" rx="1.5" />
    <path d="M4.5 6.5c4.5-2.6 10.5-2.6 15 0M12 12.5h.01M15 12.5h.01M12 15.5h.01M15 15.5h.01M8 12v4" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon>
    <path d="m7 7 10 10M17 7 7 17" />
  </Icon>
)
export const StarIcon = () => (
  <Icon>
    <path d="m12 4.5 2.3 4.8 5.2.7-3.8 3.7.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7Z" />
  </Icon>
)
/** A copy on this computer. */
export const KeptIcon = () => (
  <Icon>
    <path d="M12 5v9M8 10.5l4 4 4-4M5 18.5h14" />
  </Icon>
)
/** There is a note. */
export const WritingIcon = () => (
  <Icon>
    <path d="M5 19l.8-3.6L15.6 5.6a1.9 1.9 0 0 1 2.8 2.8L8.6 18.2ZM13.8 7.4l2.8 2.8" />
  </Icon>
)
export const DownIcon = () => (
  <Icon>
    <path d="m7 10 5 5 5-5" />
  </Icon>
)
