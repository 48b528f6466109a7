import { idTagInfo, idText, type Handler } from './handler.ts'

/** OCPP 1.6 §4.1. */
export const authorize: Handler = async ({ payload }, { intake, chargerId }) => ({
  idTagInfo: idTagInfo(await intake.authorise(chargerId, idText(payload['idTag'], 'none')))
})
