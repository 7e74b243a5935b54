/**
 * What is left when rendering fails: a plain screen that claims nothing of any recording, and a way back. React writes the
 * error to the console.
 */
import { Component, type ReactNode } from 'react'
import { type Language, textFor } from '../../shared/text/index.ts'
import styles from './Fault.module.css'

interface Props {
  /** Given by hand: nothing below may be relied on. */
  language: Language
  children: ReactNode
}

export class Fault extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    const words = textFor(this.props.language).app.fault
    return (
      <main className={styles.fault}>
        <div className={styles.words} role="alert">
          <h1>{words.title}</h1>
          <p>{words.help}</p>
        </div>
        {/* builds the window anew from the latest snapshot; a page of this app may not navigate, not even to itself */}
        <button type="button" className={styles.again} onClick={() => this.setState({ failed: false })}>
          {words.again}
        </button>
      </main>
    )
  }
}
