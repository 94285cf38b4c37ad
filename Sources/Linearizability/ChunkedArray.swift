/// An array that grows by one chunk at a time, so that its memory is what it holds.
struct ChunkedArray<Element: Sendable>: Sendable {
  private static var chunkBits: Int { 10 }
  private static var chunkSize: Int { 1 << chunkBits }

  private var chunks: [[Element]] = []
  private(set) var count = 0

  /// The bytes that it takes, without what its elements refer to.
  var bytes: Int { chunks.count * (Self.chunkSize * MemoryLayout<Element>.stride + 48) }

  subscript(index: Int) -> Element {
    get { chunks[index >> Self.chunkBits][index & (Self.chunkSize - 1)] }
    set { chunks[index >> Self.chunkBits][index & (Self.chunkSize - 1)] = newValue }
  }

  mutating func append(_ element: Element) {
    if count & (Self.chunkSize - 1) == 0 {
      chunks.append([])
      chunks[chunks.count - 1].reserveCapacity(Self.chunkSize)
    }
    chunks[chunks.count - 1].append(element)
    count += 1
  }
}

/// Finds numbers 0, 1, 2, … by hashes that were given to them.
///
/// It grows by one bucket with each number (linear hashing, Litwin 1980): there is no moment at
/// which the whole of it lies in memory twice.
package struct HashIndex: Sendable {
  static let none = UInt32.max

  private var heads = ChunkedArray<UInt32>()
  private var nexts = ChunkedArray<UInt32>()
  private var hashes = ChunkedArray<UInt32>()
  private var mask: UInt32 = 0
  /// Buckets below this have been split at the present level.
  private var split: UInt32 = 0

  init() {
    heads.append(Self.none)
  }

  var count: Int { nexts.count }
  var bytes: Int { heads.bytes + nexts.bytes + hashes.bytes }

  /// The last number with this hash, `none` if there is none.
  func last(_ hash: UInt32) -> UInt32 {
    skip(heads[bucket(of: hash)], to: hash)
  }

  /// The number with this hash that was added before another one.
  func previous(_ number: UInt32, _ hash: UInt32) -> UInt32 {
    skip(nexts[Int(number)], to: hash)
  }

  /// Gives the next number to a hash.
  mutating func add(_ hash: UInt32) {
    let bucket = bucket(of: hash)
    nexts.append(heads[bucket])
    hashes.append(hash)
    heads[bucket] = UInt32(count - 1)
    grow()
  }

  private func skip(_ number: UInt32, to hash: UInt32) -> UInt32 {
    var number = number
    while number != Self.none, hashes[Int(number)] != hash { number = nexts[Int(number)] }
    return number
  }

  private func bucket(of hash: UInt32) -> Int {
    let bucket = hash & mask
    return Int(bucket < split ? hash & (mask << 1 | 1) : bucket)
  }

  private mutating func grow() {
    let high = mask + 1 | split
    var number = heads[Int(split)]
    var (stay, move) = (Self.none, Self.none)
    while number != Self.none {
      let next = nexts[Int(number)]
      if hashes[Int(number)] & (mask << 1 | 1) == high {
        nexts[Int(number)] = move
        move = number
      } else {
        nexts[Int(number)] = stay
        stay = number
      }
      number = next
    }
    heads[Int(split)] = stay
    heads.append(move)
    split += 1
    if split > mask {
      mask = mask << 1 | 1
      split = 0
    }
  }
}

/// Gives equal states the same number.
struct StateTable<M: Model>: Sendable {
  private let model: M
  private var states = ChunkedArray<M.State>()
  private var index = HashIndex()
  private var footprint = 0

  init(_ model: M) {
    self.model = model
  }

  var bytes: Int { states.bytes + index.bytes + footprint }

  subscript(number: UInt32) -> M.State { states[Int(number)] }

  mutating func number(of state: M.State) -> UInt32 {
    let hash = UInt32(truncatingIfNeeded: model.digest(of: state))
    var number = index.last(hash)
    while number != HashIndex.none {
      if states[Int(number)] == state { return number }
      number = index.previous(number, hash)
    }
    states.append(state)
    index.add(hash)
    footprint += model.footprint(of: state)
    return UInt32(states.count - 1)
  }
}
