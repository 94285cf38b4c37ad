package import Environment

/// Which connection has to be looked at when: at most one instant for each token. No IO.
///
/// A binary heap that knows where each token is, so that an instant can be moved.
package struct DueQueue: Sendable {
  private struct Entry {
    let token: UInt64
    var at: Instant
  }

  private var heap: [Entry] = []
  private var places: [UInt64: Int] = [:]

  /// A queue without instants.
  package init() {}

  /// How many tokens have an instant.
  package var count: Int { heap.count }

  /// The earliest instant.
  package var next: Instant? { heap.first?.at }

  /// Gives `token` another instant, or none.
  package mutating func set(_ token: UInt64, at instant: Instant?) {
    let place = places[token]
    switch (place, instant) {
    case (nil, nil): break
    case (let place?, nil): remove(at: place)
    case (nil, let instant?):
      heap.append(Entry(token: token, at: instant))
      places[token] = heap.count - 1
      rise(from: heap.count - 1)
    case (let place?, let instant?):
      heap[place].at = instant
      rise(from: place)
      sink(from: places[token] ?? place)
    }
  }

  /// Takes out the tokens whose instants have come by `now`, the earliest first.
  package mutating func popDue(at now: Instant) -> [UInt64] {
    var tokens: [UInt64] = []
    while let entry = heap.first, entry.at <= now {
      tokens.append(entry.token)
      remove(at: 0)
    }
    return tokens
  }

  private mutating func remove(at place: Int) {
    places[heap[place].token] = nil
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    places[last.token] = place
    rise(from: place)
    sink(from: places[last.token] ?? place)
  }

  private mutating func rise(from place: Int) {
    var place = place
    while place > 0, heap[place].at < heap[(place - 1) / 2].at {
      swap(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(from place: Int) {
    var place = place
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if heap[child].at < heap[least].at { least = child }
      }
      if least == place { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func swap(_ a: Int, _ b: Int) {
    heap.swapAt(a, b)
    places[heap[a].token] = a
    places[heap[b].token] = b
  }
}
