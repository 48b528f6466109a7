export type Language = 'zh' | 'en' | 'both'

const words = {
  receipt: ['充电账单', 'Charging receipt'],
  'credit-note': ['红字账单', 'Credit note'],
  monthly: ['月度账单', 'Monthly invoice'],
  seller: ['销售方', 'Seller'],
  buyer: ['购买方', 'Buyer'],
  taxId: ['税号', 'Tax number'],
  number: ['编号', 'Number'],
  issued: ['开具日期', 'Issued'],
  period: ['账期', 'Period'],
  about: ['对应账单', 'About invoice'],
  reason: ['原因', 'Reason'],
  session: ['会话', 'Session'],
  site: ['站点', 'Site'],
  charged: ['充电时间', 'Charged'],
  energy: ['电量', 'Energy'],
  tariff: ['电价', 'Tariff'],
  item: ['项目', 'Item'],
  quantity: ['数量', 'Quantity'],
  unitPrice: ['单价', 'Unit price'],
  rate: ['税率', 'Tax'],
  amount: ['金额', 'Amount'],
  electricity: ['电费', 'Electricity'],
  service: ['服务费', 'Service'],
  net: ['不含税金额', 'Net'],
  base: ['计税金额', 'Taxable'],
  tax: ['税额', 'Tax'],
  taxes: ['税额明细', 'Tax by rate'],
  gross: ['含税金额', 'Total with tax'],
  rounding: ['舍入差额', 'Rounding difference'],
  total: ['合计', 'Total'],
  paid: ['已付', 'Paid'],
  payable: ['应付', 'To pay'],
  sessions: ['充电记录', 'Sessions'],
  reverse: ['反向征收：由购买方缴纳增值税', 'Reverse charge: VAT is owed by the buyer'],
  untaxed: ['未列税额', 'No tax is stated'],
  page: ['页', 'Page']
} as const
export type Word = keyof typeof words

export const say = (language: Language, word: Word): string => {
  const [zh, en] = words[word]
  return language === 'both' ? `${zh} ${en}` : language === 'zh' ? zh : en
}
