import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawing, withPlan } from './drawing.ts'
import { raised, ratiosOf, type Ratios } from './ratios.ts'
import { readHouse } from './reader.ts'

const root = path.join(import.meta.dirname, '..', '..')
const readme = path.join(root, 'README.md')

const house = readHouse(root)
writeFileSync(readme, withPlan(readFileSync(readme, 'utf8'), drawing(house)))
console.log('the plan in README.md is drawn')

const record = path.join(import.meta.dirname, 'ratios.json')
const before = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as Ratios) : {}
writeFileSync(record, `${JSON.stringify(raised(ratiosOf(house), before), undefined, 2)}\n`)
console.log('the record of tests to code is raised to what is reached')
