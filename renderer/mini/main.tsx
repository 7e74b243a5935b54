/** The mini bar's entry: the same snapshots, the same bridge, a page of its own. */
import '../strict.ts'
import '../base.css'
import { startPage } from '../Page.tsx'
import { Mini } from './Mini.tsx'

startPage(<Mini />)
