import type { Diagnosis } from './diagnosis.ts'
import type { Verdict } from './pulse.ts'

/** The texts for a diagnosis: what is wrong, what the user can do, and what the operator can do. */
export interface Advice {
  sentence: string
  you?: string
  operator?: string
}

export interface Wording {
  title: string
  question: string
  again: string
  operator: string
  clock: string
  test: string
  room: (name: string) => string
  state: string
  states: [connecting: string, open: string, closed: string]
  last: string
  never: string
  ago: (seconds: number) => string
  answered: (what: string) => string
  verdict: (verdict: Verdict) => string
  diagnoses: Record<Diagnosis, Advice>
}

const english: Wording = {
  title: 'Teahouse: diagnostics',
  question: 'What is wrong between me and the server?',
  again: 'Measure again',
  operator: 'For the operator: ',
  clock: 'The clock, every second',
  test: 'Test events, every three seconds',
  room: (name) => `The room ${name}`,
  state: 'State',
  states: ['connecting', 'open', 'closed'],
  last: 'Last event',
  never: 'none yet',
  ago: (seconds) => (seconds < 1 ? 'just now' : `${seconds} s ago`),
  answered: (what) => `answered: ${what}`,
  verdict(verdict) {
    switch (verdict.is) {
      case 'connecting':
        return 'Connecting…'
      case 'listening':
        return 'Connected; measuring…'
      case 'waiting':
        return 'Asked for, but no answer has begun.'
      case 'silent':
        return `Connected, but nothing has come for ${seconds(verdict.forMs)} s.`
      case 'bursts':
        return `Comes in bursts: held back for up to ${seconds(verdict.heldMs)} s, then all at once.`
      case 'uneven':
        return `Comes unevenly: up to ${seconds(verdict.heldMs)} s late.`
      case 'cut':
        return `Was cut off ${verdict.times} times in three minutes.`
      case 'lost':
        return 'Not connected; the browser keeps trying.'
      case 'refused':
        return 'Refused: the answer was no event stream.'
      case 'well':
        return 'All well.'
    }
  },
  diagnoses: {
    measuring: { sentence: 'Measuring…' },
    well: { sentence: 'All is well: what the server sends arrives at once.' },
    uneven: {
      sentence: 'The connection works, but is slow or busy: what is said arrives a little late.',
      you: 'Nothing is lost. A better network, or fewer downloads on this one, would help.',
    },
    buffered: {
      sentence:
        'Something between us and the server buffers the stream: ordinary pages come, but live events are held back.',
      you: 'Try another network, or without a VPN, a company proxy or an antivirus that reads web traffic.',
      operator:
        'let the proxy pass event streams through: no response buffering (nginx: proxy_buffering off), no compression.',
    },
    cut: {
      sentence: 'The connection works, but is cut off again and again.',
      you: 'Nothing is lost: the browser reconnects and gets what it missed. A steadier network would help.',
      operator: 'a proxy may end what it takes for idle: let streams last (nginx: proxy_read_timeout 1h).',
    },
    reconnecting: {
      sentence: 'The connection was lost; the browser is trying to get it back.',
      you: 'Wait a moment: what you missed comes with it.',
    },
    refused: {
      sentence: 'The server answers, but not with the stream.',
      you: 'Look at the address: is there such a room? A page to log in to the network may stand in between, too.',
      operator: 'the lines below say what was answered; 503 means that the server is full.',
    },
    unanswered: {
      sentence: 'The server does not answer in time.',
      you: 'Close other tabs of this site (a browser allows only a few connections to one), then measure again.',
      operator: 'HTTP/2 lifts the limit of six connections a browser; else the server or the network is overloaded.',
    },
    unreachable: {
      sentence: 'The server cannot be reached.',
      you: 'If other sites work, the server is down, or your network does not let you through to it.',
      operator: 'is Teahouse running, and does the proxy find it?',
    },
    offline: { sentence: 'This device is offline.', you: 'Connect it to a network.' },
  },
}

const chinese: Wording = {
  title: '茶馆：连接诊断',
  question: '我和服务器之间出了什么问题？',
  again: '重新检测',
  operator: '致管理员：',
  clock: '时钟，每秒一次',
  test: '测试事件，每三秒一次',
  room: (name) => `房间 ${name}`,
  state: '状态',
  states: ['正在连接', '已连接', '已关闭'],
  last: '最近事件',
  never: '还没有',
  ago: (seconds) => (seconds < 1 ? '刚刚' : `${seconds} 秒前`),
  answered: (what) => `服务器的回答：${what}`,
  verdict(verdict) {
    switch (verdict.is) {
      case 'connecting':
        return '正在连接……'
      case 'listening':
        return '已连接，正在检测……'
      case 'waiting':
        return '请求已发出，还没有任何回应。'
      case 'silent':
        return `已连接，但 ${seconds(verdict.forMs)} 秒没有收到任何内容。`
      case 'bursts':
        return `内容成批到达：最多被扣留 ${seconds(verdict.heldMs)} 秒，然后一起到达。`
      case 'uneven':
        return `到达不均匀：最多迟到 ${seconds(verdict.heldMs)} 秒。`
      case 'cut':
        return `三分钟内断开了 ${verdict.times} 次。`
      case 'lost':
        return '未连接，浏览器正在重试。'
      case 'refused':
        return '被拒绝：回答的不是事件流。'
      case 'well':
        return '一切正常。'
    }
  },
  diagnoses: {
    measuring: { sentence: '正在检测……' },
    well: { sentence: '一切正常：服务器发出的内容会立刻到达。' },
    uneven: {
      sentence: '连接可用，但较慢或繁忙：消息会稍晚到达。',
      you: '消息不会丢失。换一个更好的网络，或减少下载，会有帮助。',
    },
    buffered: {
      sentence: '我们和服务器之间有东西缓冲了事件流：普通网页能打开，实时内容却被扣留。',
      you: '请换一个网络，或关闭 VPN、公司代理、会检查网页流量的杀毒软件后再试。',
      operator: '请让代理直接转发事件流：不缓冲响应（nginx：proxy_buffering off），不压缩。',
    },
    cut: {
      sentence: '连接可用，但反复断开。',
      you: '消息不会丢失：浏览器会重新连接并补上错过的内容。更稳定的网络会有帮助。',
      operator: '代理可能把安静的连接当作闲置而关闭：请让事件流保持连接（nginx：proxy_read_timeout 1h）。',
    },
    reconnecting: { sentence: '连接断开了，浏览器正在重新连接。', you: '请稍候，错过的内容会一并补上。' },
    refused: {
      sentence: '服务器有回应，但不是事件流。',
      you: '请检查地址：有这个房间吗？也可能是网络的登录页面挡在中间。',
      operator: '下面的记录写着服务器的回答；503 表示服务器已满。',
    },
    unanswered: {
      sentence: '服务器没有及时回应。',
      you: '请关闭本站的其他标签页（浏览器对一个网站只允许少数几个连接），然后重新检测。',
      operator: 'HTTP/2 没有每个浏览器六个连接的限制；否则是服务器或网络过载。',
    },
    unreachable: {
      sentence: '无法连接到服务器。',
      you: '如果其他网站可以打开，那么是服务器没有运行，或者你的网络不允许访问它。',
      operator: 'Teahouse 在运行吗？代理能找到它吗？',
    },
    offline: { sentence: '本设备没有联网。', you: '请先连接网络。' },
  },
}

/** The texts of the page in the language that the server chose. */
export const wording: Wording = document.documentElement.lang.startsWith('zh') ? chinese : english

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000)
}
