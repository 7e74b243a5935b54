/** The mini bar's entry: the same snapshots, the same bridge, a page of its own. */
import '../strict.ts'
import '../base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startSnapshots } from '../snapshot.ts'
import { Mini } from './Mini.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('mini.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Mini />
  </StrictMode>,
)
startSnapshots().catch((error: unknown) => console.error('Main gave no snapshot', error))
