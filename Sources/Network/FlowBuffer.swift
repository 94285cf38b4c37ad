/// A fixed number of bytes between a socket that is read and one that is written.
struct FlowBuffer: ~Copyable {
  /// Bytes held at most.
  static let capacity = 16_384

  private let storage: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0

  init() {
    storage = .allocate(byteCount: Self.capacity, alignment: 16)
  }

  deinit {
    storage.deallocate()
  }

  /// How many bytes wait to be written.
  var count: Int { end - start }

  /// Where the next bytes go; empty when they have to wait.
  var space: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: storage[end...])
  }

  /// The bytes that go next.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage[start..<end])
  }

  /// Takes note that `count` bytes were put into `space`.
  mutating func append(_ count: Int) {
    precondition(count <= Self.capacity - end, "more bytes than there was space for")
    end += count
  }

  /// Takes note that `count` of `bytes` were written.
  mutating func remove(_ count: Int) {
    precondition(count <= self.count, "more bytes than were held")
    start += count
    if start == end { removeAll() }
  }

  mutating func removeAll() {
    start = 0
    end = 0
  }
}
