/** Chinese for names that the cloud's books and bills use as they stand; in English they are words already. */
export const zhCodes: Readonly<Record<string, string>> = {
  'line.energy': '电量',
  'line.time': '充电时长',
  'line.flat': '启动费',
  'line.parking': '停放费',
  'line.session': '占用时长',
  'line.idle': '占位费',
  'line.reservation': '预约费',

  'party.operator': '运营商',
  'party.platform': '平台',
  'party.site-host': '场地方',
  'party.driver': '车主',
  'party.fleet': '车队',
  'party.grid': '电网',
  'party.tax': '税务',
  'party.partner': '漫游伙伴',
  'party.fx': '汇兑',
  'party.bank': '银行',
  'party.stripe': 'Stripe',
  'party.wechat': '微信支付',
  'party.alipay': '支付宝'
}
