// One room: every message goes to all who are in it, over WebSocket alone. Nothing is kept.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const web = createServer()
const io = new Server(web, { transports: ['websocket'] })

io.on('connection', (socket) => {
  socket.join('hall')
  socket.on('message', (text) => io.to('hall').emit('message', text))
})
web.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 1024 }, () =>
  console.log('Listening')
)
