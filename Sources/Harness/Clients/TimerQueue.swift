import Environment
import HeapModule

/// Instants at which clients want to be woken; outdated entries are dropped by the owner.
struct TimerQueue: Sendable {
  private struct Entry: Comparable {
    var at: Instant
    var index: Int

    static func < (lhs: Entry, rhs: Entry) -> Bool {
      (lhs.at, lhs.index) < (rhs.at, rhs.index)
    }
  }
  private var heap = Heap<Entry>()

  var first: Instant? { heap.min?.at }

  mutating func insert(_ at: Instant, _ index: Int) {
    heap.insert(Entry(at: at, index: index))
  }

  mutating func popDue(at now: Instant) -> (Instant, Int)? {
    guard let first = heap.min, first.at <= now else { return nil }
    heap.removeMin()
    return (first.at, first.index)
  }
}
