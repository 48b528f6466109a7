import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './kit/tokens.css'
import './kit/kit.css'
import { startTheme } from './kit/theme.ts'
import { startWords } from './kit/words/index.ts'
import { openRouter } from './routes.tsx'

startTheme()
await startWords()

const root = document.querySelector('#root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={openRouter()} />
  </StrictMode>
)
