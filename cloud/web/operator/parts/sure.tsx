import { Modal } from 'antd'
import type { ReactNode } from 'react'
import type { Problem } from '../../kit/api/index.ts'
import { Refusal } from '../../kit/ui/index.ts'

/** What a deed will do, said before it is done; what the cloud says to it stays in the same window. */
export function Sure(props: {
  readonly title: string
  readonly deed: string
  readonly busy: boolean
  readonly ready?: boolean
  readonly danger?: boolean
  readonly problem: Problem | null
  readonly go: () => void
  readonly close: () => void
  readonly children: ReactNode
}): ReactNode {
  return (
    <Modal
      open
      title={props.title}
      okText={props.deed}
      okButtonProps={{
        loading: props.busy,
        disabled: props.ready === false,
        danger: props.danger === true
      }}
      onOk={props.go}
      onCancel={props.close}
    >
      <div className="stack">
        {props.children}
        <Refusal problem={props.problem} />
      </div>
    </Modal>
  )
}
