const LOG_COLUMNS = 'number, event, message, name, text, guest, at'
const MESSAGE_COLUMNS = `${LOG_COLUMNS}, owner, standing, edited_at, deleted_at`

/** What the room logs ask of SQLite. */
export const STATEMENTS = {
  room: 'SELECT id, first, head FROM rooms WHERE name = ?',
  addRoom: 'INSERT INTO rooms (name, first, head, at) VALUES (?, 1, 0, 0)',
  setHead: 'UPDATE rooms SET head = ?, at = ? WHERE id = ?',
  newestRooms: 'SELECT ? AS epoch, name AS room, head, at FROM rooms WHERE first <= head ORDER BY at DESC LIMIT ?',

  addMessage: `INSERT INTO entries (room, number, event, name, text, guest, owner, at)
    VALUES (?, ?, 'message', ?, ?, ?, ?, ?)`,
  addChange: 'INSERT INTO entries (room, number, event, message, name, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  edit: 'UPDATE entries SET standing = ?, edited_at = ? WHERE room = ? AND number = ?',
  delete: 'UPDATE entries SET deleted_at = ? WHERE room = ? AND number = ?',

  read: `SELECT ${LOG_COLUMNS} FROM entries WHERE room = ? AND number > ? ORDER BY number LIMIT ?`,
  history: `SELECT ${MESSAGE_COLUMNS} FROM entries
    WHERE room = ? AND number < ? AND event = 'message' AND deleted_at IS NULL ORDER BY number DESC LIMIT ?`,
  message: `SELECT ${MESSAGE_COLUMNS} FROM entries WHERE room = ? AND number = ? AND event = 'message'`,

  drop: 'DELETE FROM entries WHERE room = ? AND number < ?',
  setFirst: 'UPDATE rooms SET first = ? WHERE id = ?',

  addKey: 'INSERT OR REPLACE INTO keys (room, sender, key, number, at) VALUES (?, ?, ?, ?, ?)',
  findByKey: `SELECT ${LOG_COLUMNS.replaceAll(/\w+/g, 'entries.$&')} FROM keys
    JOIN entries ON entries.room = keys.room AND entries.number = keys.number
    WHERE keys.room = ? AND keys.sender = ? AND keys.key = ? AND keys.at > ?`,
  dropKeys: `DELETE FROM keys
    WHERE (room, sender, key) IN (SELECT room, sender, key FROM keys WHERE at <= ? ORDER BY at LIMIT ?)`,
} as const
