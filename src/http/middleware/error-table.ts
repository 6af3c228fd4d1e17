import type { Language } from '../../chat/format/language.ts'
import type { RefusalCode } from '../../chat/refusal.ts'

interface Answer extends Record<Language, string> {
  status: number
}

/**
 * Every error that clients can get: its status, and its sentence in each language. The codes are part of the protocol.
 */
export const ERRORS: Record<RefusalCode, Answer> = {
  address_full: {
    status: 503,
    zh: '来自你所在网络的连接太多，请稍后再来',
    en: 'There are too many connections from your network; come back later',
  },
  bad_cursor: { status: 400, zh: '编号格式不正确', en: 'The id is not valid' },
  bad_name: {
    status: 400,
    zh: '名字须为1至32个常用字符，不含冒号和括号，也不混用不相干的文字',
    en: 'A name has 1 to 32 letters, digits, emoji or spaces, no colon or parenthesis, and does not mix unrelated scripts',
  },
  bad_query: { status: 400, zh: '查询参数不正确', en: 'A query parameter is out of range' },
  bad_request: { status: 400, zh: '请求格式不正确', en: 'The request cannot be understood' },
  draining: { status: 503, zh: '服务器即将关闭', en: 'The server is about to stop' },
  empty_message: { status: 400, zh: '消息不能为空', en: 'The message is empty' },
  expectation_failed: { status: 417, zh: '不支持 Expect 请求头的这个值', en: 'This value of Expect is not supported' },
  foreign_origin: { status: 403, zh: '不接受来自其他网站的请求', en: 'Requests from other sites are not accepted' },
  full: { status: 503, zh: '已经满座，请稍后再来', en: 'The server is full; come back later' },
  guests_off: { status: 403, zh: '请先取一个名字再发言', en: 'Take a name before you speak here' },
  headers_too_large: { status: 431, zh: '请求头太大', en: 'The headers are too large' },
  internal: { status: 500, zh: '服务器出错了', en: 'Something went wrong on the server' },
  message_deleted: { status: 410, zh: '消息已被删除', en: 'The message was deleted' },
  method_not_allowed: { status: 405, zh: '不支持此方法', en: 'This method is not supported here' },
  misdirected: {
    status: 421,
    zh: '本服务器不以这个主机名提供服务（见 --allowed-hosts）',
    en: 'This server does not answer for that host (see --allowed-hosts)',
  },
  name_held: { status: 403, zh: '这个名字已有主人', en: 'Somebody holds this name' },
  name_taken: { status: 409, zh: '用户名重复', en: 'The name is taken' },
  no_session: { status: 401, zh: '请先取一个名字', en: 'Take a name first' },
  not_found: { status: 404, zh: '没有这个页面', en: 'There is nothing here' },
  not_your_message: { status: 403, zh: '这不是你的消息', en: 'This is not your message' },
  not_your_name: { status: 403, zh: '这不是你的名字', en: 'This is not your name' },
  rooms_full: { status: 503, zh: '房间太多了，请稍后再来', en: 'There are too many rooms; come back later' },
  store_full: { status: 507, zh: '存储空间已满', en: 'The store is full' },
  store_unreachable: {
    status: 503,
    zh: '暂时连不上存储，请稍后再试',
    en: 'The store cannot be reached; try again soon',
  },
  text_too_long: { status: 413, zh: '消息不能超过8000个字符', en: 'A message has at most 8,000 characters' },
  too_fast: { status: 429, zh: '太快了，请稍候', en: 'Too fast; wait a little' },
  too_large: { status: 413, zh: '内容太大', en: 'The body is too large' },
  too_slow: { status: 408, zh: '请求没有及时发完', en: 'The request did not arrive in time' },
  unknown_message: { status: 404, zh: '没有这条消息', en: 'There is no such message' },
  unsupported_type: {
    status: 415,
    zh: '请发送 UTF-8 的表单（curl -d）、JSON 或纯文本；若压缩，请用 gzip、deflate 或 br',
    en: 'Send a form (curl -d), JSON or plain text, in UTF-8; you may compress it with gzip, deflate or br',
  },
}
