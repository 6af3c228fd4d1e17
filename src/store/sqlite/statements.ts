const LOG_COLUMNS = 'number, event, message, name, author, text, guest, at'
const MESSAGE_COLUMNS = `${LOG_COLUMNS}, owner, standing, edited_at, deleted_at`

const ERASED = `event = 'erased', message = NULL, name = NULL, author = NULL, text = NULL, guest = NULL, owner = NULL,
  standing = NULL, edited_at = NULL`

/** The SQL statements of the room logs. */
export const STATEMENTS = {
  room: 'SELECT id, first, head FROM rooms WHERE name = ?',
  addRoom: 'INSERT INTO rooms (name, first, head, at) VALUES (?, 1, 0, 0)',
  setHead: 'UPDATE rooms SET head = ?, at = ? WHERE id = ?',
  newestRooms: 'SELECT ? AS epoch, name AS room, head, at FROM rooms WHERE first <= head ORDER BY at DESC LIMIT ?',

  addMessage: `INSERT INTO entries (room, number, event, name, text, guest, owner, author, at)
    VALUES (?, ?, 'message', ?, ?, ?, ?, ?, ?)`,
  addChange: `INSERT INTO entries (room, number, event, message, name, author, text, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  addErased: "INSERT INTO entries (room, number, event, at) VALUES (?, ?, 'erased', ?)",
  edit: 'UPDATE entries SET standing = ?, edited_at = ? WHERE room = ? AND number = ?',

  eraseMessage: `UPDATE entries SET ${ERASED}, deleted_at = ? WHERE room = ? AND number = ? AND event = 'message'`,
  eraseEdits: `UPDATE entries SET ${ERASED} WHERE room = ?1 AND number IN (
    SELECT number FROM entries INDEXED BY edits
    WHERE room = ?1 AND message = ?2 AND event = 'edited' ORDER BY number LIMIT ?3
  )`,
  hasMoreEdits: `SELECT 1 FROM entries INDEXED BY edits
    WHERE room = ? AND message = ? AND event = 'edited' LIMIT 1 OFFSET ?`,

  read: `SELECT ${LOG_COLUMNS} FROM entries WHERE room = ? AND number > ? ORDER BY number LIMIT ?`,
  // The index `messages` has no edits: without it, the query would read all edits of a message with many edits.
  history: `SELECT ${MESSAGE_COLUMNS} FROM entries INDEXED BY messages
    WHERE room = ? AND number < ? AND event = 'message' ORDER BY number DESC LIMIT ?`,
  message: `SELECT ${MESSAGE_COLUMNS} FROM entries
    WHERE room = ? AND number = ? AND (event = 'message' OR deleted_at IS NOT NULL)`,

  drop: 'DELETE FROM entries WHERE room = ? AND number < ?',
  setFirst: 'UPDATE rooms SET first = ? WHERE id = ?',

  addKey: 'INSERT OR REPLACE INTO keys (room, sender, key, number, at) VALUES (?, ?, ?, ?, ?)',
  findKey: 'SELECT number, at FROM keys WHERE room = ? AND sender = ? AND key = ? AND at > ?',
  dropKeys: `DELETE FROM keys
    WHERE (room, sender, key) IN (SELECT room, sender, key FROM keys WHERE at <= ? ORDER BY at LIMIT ?)`,
} as const
