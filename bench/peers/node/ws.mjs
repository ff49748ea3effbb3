// A room for each path: every text goes to all who are in it. Nothing is kept.
import { WebSocket, WebSocketServer } from 'ws'

const rooms = new Map()
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 1024 })

server.on('connection', (socket, request) => {
  const name = request.url
  if (!rooms.has(name)) rooms.set(name, new Set())
  const room = rooms.get(name)
  room.add(socket)
  socket.on('close', () => room.delete(socket))
  socket.on('error', () => socket.terminate())
  socket.on('message', (text, isBinary) => {
    for (const other of room) {
      if (other.readyState === WebSocket.OPEN) other.send(text, { binary: isBinary })
    }
  })
})
server.on('listening', () => console.log('Listening'))
