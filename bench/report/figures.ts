/** How a figure is shown. */
export interface Figure {
  /** As the scenarios name it. */
  name: string
  /** What one of it is divided by, for its unit. */
  per?: number
  digits?: number
  /** Whether more is better; less is, otherwise. */
  isMore?: boolean
  /** Whether it makes sense beside the same figure of a rival. */
  isCompared?: boolean
}

/** Every figure, in the order of the report. */
export const FIGURES: Figure[] = [
  { name: 'one at a time, µs/delivery', digits: 1, isCompared: true },
  { name: 'burst, deliveries/s', isMore: true, isCompared: true },
  { name: 'burst, µs/delivery', digits: 2, isCompared: true },
  { name: '50/s, p50 ms', digits: 1, isCompared: true },
  { name: '50/s, p99 ms', digits: 1, isCompared: true },
  { name: 'idle, bytes/connection', isCompared: true },
  { name: 'idle, µs/connection', isCompared: true },
  { name: 'rooms, deliveries/s', isMore: true, isCompared: true },
  { name: 'rooms, µs/delivery', digits: 1, isCompared: true },
  { name: 'posts, /s', isMore: true, isCompared: true },
  { name: 'storm, µs/connection', isCompared: true },
  { name: 'storm again, µs/connection', isCompared: true },
  { name: 'stalled, bytes/reader' },
  { name: 'stalled in 125 rooms, bytes/reader' },
  { name: 'nodes, one at a time, deliveries/s', isMore: true },
  { name: 'nodes, one at a time, µs/delivery', digits: 2 },
  { name: 'nodes, one at a time, µs of Redis/post' },
  { name: 'nodes, burst, deliveries/s', isMore: true },
  { name: 'nodes, burst, µs/delivery', digits: 2 },
  { name: 'nodes, burst, µs of Redis/post' },
  { name: 'Redis, µs/post to 1 node' },
  { name: 'Redis, µs/post to 10 nodes' },
  { name: 'Redis, µs/session' },
  { name: 'Redis, bytes/message' },
  { name: 'storm, whole', digits: 3, isMore: true },
  { name: 'storm, s until all are whole', digits: 2 },
  { name: 'storm, pages read' },
  { name: 'history, ms/page of few', digits: 2 },
  { name: 'history, ms/page of many', digits: 2 },
  { name: 'history, start ms with few' },
  { name: 'history, start ms with many' },
  { name: 'one at a time, load share', digits: 2 },
  { name: 'burst, load share', digits: 2 },
]
