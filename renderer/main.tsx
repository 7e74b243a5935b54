/** The window page's entry. */
import './strict.ts'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { startSnapshots } from './snapshot.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
startSnapshots().catch((error: unknown) => console.error('Main gave no snapshot', error))
