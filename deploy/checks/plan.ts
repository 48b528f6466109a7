import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawing, withPlan } from './drawing.ts'
import { readHouse } from './reader.ts'

const root = path.join(import.meta.dirname, '..', '..')
const readme = path.join(root, 'README.md')

writeFileSync(readme, withPlan(readFileSync(readme, 'utf8'), drawing(readHouse(root))))
console.log('the plan in README.md is drawn')
