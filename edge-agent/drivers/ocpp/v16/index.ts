import type { StationAction16 } from '@nova/shared-protocol/codecs/ocpp'
import { authorize } from './authorize.ts'
import { bootNotification } from './boot-notification.ts'
import { dataTransfer } from './data-transfer.ts'
import type { Handler } from './handler.ts'
import { heartbeat } from './heartbeat.ts'
import { meterValues } from './meter-values.ts'
import {
  diagnosticsStatus,
  firmwareStatus,
  logStatus,
  securityEvent,
  signedFirmwareStatus
} from './notices.ts'
import { signCertificate } from './sign-certificate.ts'
import { startTransaction } from './start-transaction.ts'
import { statusNotification } from './status-notification.ts'
import { stopTransaction } from './stop-transaction.ts'

/** One row a message; the file beside it does the work. */
export const handlers16: Readonly<Record<StationAction16, Handler>> = {
  Authorize: authorize,
  BootNotification: bootNotification,
  DataTransfer: dataTransfer,
  DiagnosticsStatusNotification: diagnosticsStatus,
  FirmwareStatusNotification: firmwareStatus,
  Heartbeat: heartbeat,
  LogStatusNotification: logStatus,
  MeterValues: meterValues,
  SecurityEventNotification: securityEvent,
  SignCertificate: signCertificate,
  SignedFirmwareStatusNotification: signedFirmwareStatus,
  StartTransaction: startTransaction,
  StatusNotification: statusNotification,
  StopTransaction: stopTransaction
}
