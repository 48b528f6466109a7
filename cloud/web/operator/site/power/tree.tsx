import { Button } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { formatCurrent, formatPower, reasonText, useWords, type Language } from '../../../kit/text.ts'
import { Card, Scroll } from '../../parts/parts.tsx'
import { inOrder, rowsOf, type Leaf, type Picture, type TreeRow } from './picture.ts'

const firstNodes = 25 // A large site has hundreds; the first ones are nearest to the grid.

/** Every fuse by phase: what flows, what may flow at most, what is left. */
export function TreeCard({ picture, old }: { picture: Picture; old: boolean }): ReactNode {
  const { say } = useWords()
  const [all, setAll] = useState(false)
  const leaves = useMemo(() => inOrder(picture.nodes), [picture])
  const heads = ['power.drawn', 'power.committed', 'power.limit', 'power.free'] as const
  return (
    <Card title={say('power.tree')}>
      <p className="quiet small">{say('power.treeWhy')}</p>
      <Scroll label={say('power.tree')}>
        <table className={old ? 'tbl tree old' : 'tbl tree'}>
          <thead>
            <tr>
              <th scope="col">{say('power.node')}</th>
              <th scope="col">{say('power.phase')}</th>
              <th scope="col" className="wide">
                {say('power.share')}
              </th>
              {heads.map((word) => (
                <th key={word} scope="col" className="num">
                  {say(word)}
                </th>
              ))}
            </tr>
          </thead>
          {leaves.slice(0, all ? undefined : firstNodes).map((leaf) => (
            <Fuse key={leaf.node.id} leaf={leaf} />
          ))}
        </table>
      </Scroll>
      {!all && leaves.length > firstNodes && (
        <Button onClick={() => setAll(true)}>{say('power.allNodes', { count: leaves.length })}</Button>
      )}
    </Card>
  )
}

function Fuse({ leaf: { node, depth } }: { leaf: Leaf }): ReactNode {
  const { say, language } = useWords()
  const rows = rowsOf(node)
  const name = node.parent === null && node.id === 'grid' ? say('power.grid') : node.id
  return (
    <tbody>
      {rows.map((row, index) => {
        const show = (value: number | null) => quantity(row, value, language)
        return (
          <tr key={row.phase}>
            {index === 0 && (
              <th scope="rowgroup" rowSpan={rows.length} style={{ paddingLeft: `${0.8 + depth * 1.2}rem` }}>
                {depth > 0 && <span aria-hidden="true">└ </span>}
                {name}
                {node.because !== node.id && (
                  <div className="quiet small">{reasonText(node.because, language)}</div>
                )}
              </th>
            )}
            <td>{row.phase === 'sum' ? say('power.sum') : row.phase}</td>
            <td className="wide">
              <Bar row={row} />
            </td>
            <td className="num">{show(row.load)}</td>
            <td className="num">{show(row.committed)}</td>
            <td className="num">{show(row.limit)}</td>
            <td className="num">
              <Free row={row} />
            </td>
          </tr>
        )
      })}
    </tbody>
  )
}

/** The numbers stand beside it, so that it needs no words of its own. */
function Bar({ row }: { row: TreeRow }): ReactNode {
  return (
    <div className="phase-bar" aria-hidden="true">
      <i className="may" style={{ width: `${row.committedShare * 100}%` }} />
      <i className="is" style={{ width: `${row.loadShare * 100}%` }} />
    </div>
  )
}

const quantity = ({ phase }: TreeRow, value: number | null, language: Language): string =>
  phase === 'sum' ? formatPower(value, language) : formatCurrent(value, language)

const least = { amps: 6_000, watts: 1_380 } // One car on one phase at 6 A: less is of use to nobody.

function Free({ row }: { row: TreeRow }): ReactNode {
  const { say, language } = useWords()
  const text = quantity(row, row.free, language)
  if (row.free >= (row.phase === 'sum' ? least.watts : least.amps)) return <>{text}</>
  return (
    <span className="full">
      {row.free < 0
        ? say('power.over', { amount: quantity(row, -row.free, language) })
        : `${text} · ${say('power.full')}`}
    </span>
  )
}
