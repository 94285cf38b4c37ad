/// A bounded number of bytes between a socket that is read and one that is written: a ring.
struct FlowBuffer: ~Copyable {
  /// Bytes held at most, unless another limit is set.
  static let capacity = 16_384

  private var storage: UnsafeMutableRawBufferPointer
  private var start = 0
  /// How many bytes wait to be written.
  private(set) var count = 0
  private var limit = Self.capacity

  init() {
    storage = .allocate(byteCount: Self.capacity, alignment: 16)
  }

  deinit {
    storage.deallocate()
  }

  /// Where the next bytes go; empty when they have to wait.
  var space: UnsafeMutableRawBufferPointer {
    let end = (start + count) % storage.count
    let run = end < start ? start - end : storage.count - end
    let size = min(run, max(0, limit - count))
    return UnsafeMutableRawBufferPointer(rebasing: storage[end..<end + size])
  }

  /// The bytes that go next, as many as lie in one piece.
  var bytes: UnsafeRawBufferPointer {
    let end = min(start + count, storage.count)
    return UnsafeRawBufferPointer(rebasing: storage[start..<end])
  }

  /// Takes note that `count` bytes were put into `space`.
  mutating func append(_ count: Int) {
    precondition(count <= max(0, limit - self.count), "more bytes than there was space for")
    self.count += count
  }

  /// Takes note that `count` of `bytes` were written.
  mutating func remove(_ count: Int) {
    precondition(count <= self.count, "more bytes than were held")
    start = (start + count) % storage.count
    self.count -= count
    if self.count == 0 { removeAll() }
  }

  mutating func removeAll() {
    start = 0
    count = 0
    if limit < storage.count { move(to: limit) }
  }

  /// Holds at most `limit` bytes from now on, once those above it have been written.
  mutating func setLimit(_ limit: Int) {
    self.limit = limit
    if limit > storage.count || limit < storage.count && count == 0 { move(to: limit) }
  }

  private mutating func move(to capacity: Int) {
    let other = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    let piece = bytes
    other.copyMemory(from: piece)
    let rest = count - piece.count
    if rest > 0 {
      UnsafeMutableRawBufferPointer(rebasing: other[piece.count...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: storage[..<rest]))
    }
    storage.deallocate()
    storage = other
    start = 0
  }
}
