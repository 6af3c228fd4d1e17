import { Router } from '@koa/router'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'

/** A Koa route that parses the same body and keeps nothing: what a post costs before it is anything. */
const router = new Router()
router.post('/chat', bodyParser(), (ctx) => {
  ctx.status = 201
  ctx.body = { text: ctx.request.body.message }
})

const server = new Koa()
  .use(router.routes())
  .listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
