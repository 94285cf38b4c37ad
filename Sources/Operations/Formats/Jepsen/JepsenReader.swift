/// Reads the operations of a Jepsen history in EDN chunk by chunk, in memory of one operation and
/// one chunk.
///
/// A history is operations one behind the other, or one vector or list of them. An operation is a
/// map with the keys `:process`, `:type` and `:f`, and perhaps `:index`, `:time`, `:value`,
/// `:redelivered` and `:error`; other keys are skipped. It may have a tag (`#jepsen.history.Op`).
package struct JepsenReader: ~Copyable {
  /// The longest operation, in bytes.
  package static let maximumOperationBytes = 64 << 20
  private static let firstCapacity = 1 << 20
  private let maximumBytes: Int

  /// Where the reader is among the collections of the file.
  private enum Surroundings {
    /// Nothing but white space has been read.
    case none
    /// There are operations and no collection around them.
    case bare
    /// In the collection that this byte closes.
    case collection(closing: UInt8)
    /// Behind the collection.
    case closed

    /// Whether an operation may come next.
    @inline(__always) var takesOperations: Bool {
      if case .closed = self { false } else { true }
    }
  }

  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  /// How many bytes must be there for another attempt to be worth while.
  private var wanted = 1
  private var line = 1
  /// How many bytes of the current line were read and given up.
  private var columns = 0
  private var surroundings = Surroundings.none

  /// A reader at the start of a file.
  package init() {
    self.init(maximumBytes: Self.maximumOperationBytes)
  }

  /// A reader at the start of a line behind operations that no collection is around.
  static func behindOperations() -> JepsenReader {
    var reader = JepsenReader()
    reader.surroundings = .bare
    return reader
  }

  /// A reader with a bound of its own for the length of an operation.
  init(maximumBytes: Int) {
    self.maximumBytes = maximumBytes
    capacity = min(maximumBytes, Self.firstCapacity)
    base = .allocate(capacity: capacity + EDNCursor.padding)
  }

  deinit {
    base.deallocate()
  }

  /// Reads the operations that `chunk` completes and hands each to `body` with its line.
  package mutating func receive(
    _ chunk: UnsafeRawBufferPointer,
    _ body: (consuming JepsenOperation, Int) throws(JepsenError) -> Void
  ) throws(JepsenError) {
    var offset = 0
    while let start = chunk.baseAddress, offset < chunk.count {
      if count == capacity { try grow() }
      let size = min(chunk.count - offset, capacity - count)
      UnsafeMutableRawPointer(base + count).copyMemory(from: start + offset, byteCount: size)
      count += size
      offset += size
      if count >= wanted { try read(isWhole: false, body) }
    }
  }

  /// Reads what can be read by now; the line to go on with if that is everything and no collection
  /// is around it, otherwise nil.
  mutating func readAll(
    _ body: (consuming JepsenOperation, Int) throws(JepsenError) -> Void
  ) throws(JepsenError) -> Int? {
    try read(isWhole: false, body)
    guard count == 0, case .bare = surroundings else { return nil }
    return line
  }

  /// Reads what is left at the end of the file.
  package mutating func finish(
    _ body: (consuming JepsenOperation, Int) throws(JepsenError) -> Void
  ) throws(JepsenError) {
    try read(isWhole: true, body)
    if case .collection = surroundings {
      throw JepsenError(
        line: line, .syntax("the file ends inside the collection of its operations"))
    }
  }

  private mutating func grow() throws(JepsenError) {
    guard capacity < maximumBytes else {
      throw JepsenError(
        line: line, .syntax("an operation is longer than \(maximumBytes) bytes"))
    }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + EDNCursor.padding)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  private mutating func read(
    isWhole: Bool, _ body: (consuming JepsenOperation, Int) throws(JepsenError) -> Void
  ) throws(JepsenError) {
    (base + count).update(repeating: 0, count: EDNCursor.padding)
    var cursor = EDNCursor(
      UnsafePointer(base), end: UnsafePointer(base + count), isWhole: isWhole, line: line)
    var read = EDNPosition(cursor)
    while true {
      let operation: JepsenOperation
      let line: Int
      do throws(EDNFault) {
        guard try advance(&cursor, &read) else { return forget(through: read) }
        line = cursor.line
        operation = try cursor.operation()
      } catch {
        guard error.isIncomplete else { throw self.error(error) }
        return forget(through: read)
      }
      read = EDNPosition(cursor)
      try body(operation, line)
    }
  }

  /// Goes to the next operation, into and out of collections; false if there is no more here.
  ///
  /// `read` is where to begin again should the input end before the next operation does.
  @inline(__always)
  private mutating func advance(
    _ cursor: inout EDNCursor, _ read: inout EDNPosition
  ) throws(EDNFault) -> Bool {
    while true {
      try cursor.skipSpace()
      if cursor.byte == UInt8(ascii: "{"), surroundings.takesOperations {
        if case .none = surroundings { surroundings = .bare }
        return true
      }
      if cursor.isAtEnd {
        read = EDNPosition(cursor)
        return false
      }
      try advance(over: &cursor)
      read = EDNPosition(cursor)
    }
  }

  /// Takes what is between operations: brackets and tags.
  private mutating func advance(over cursor: inout EDNCursor) throws(EDNFault) {
    switch (surroundings, cursor.byte) {
    case (.closed, _):
      throw cursor.fault("something follows the collection of operations")
    case (.none, UInt8(ascii: "[")):
      surroundings = .collection(closing: UInt8(ascii: "]"))
      cursor.place += 1
    case (.none, UInt8(ascii: "(")):
      surroundings = .collection(closing: UInt8(ascii: ")"))
      cursor.place += 1
    case (.collection(let closing), let byte) where byte == closing:
      surroundings = .closed
      cursor.place += 1
    case (_, UInt8(ascii: "#")):
      cursor.place += 1
      try cursor.skipToken("the tag of an operation")
      try cursor.skipSpace()
      if cursor.byte != UInt8(ascii: "{") { throw cursor.unexpected(in: "a tagged operation") }
    default:
      throw cursor.unexpected(in: "a history; an operation is a map, `{:process 0, :type …}`")
    }
  }

  /// Keeps only what follows a place.
  private mutating func forget(through read: EDNPosition) {
    let start = UnsafePointer(base)
    let offset = read.place - start
    columns = Self.columns(before: read.place, from: start, columns)
    line = read.line
    count -= offset
    base.update(from: base + offset, count: count)
    wanted = max(1, count * 2)
  }

  private func error(_ fault: EDNFault) -> JepsenError {
    let start = UnsafePointer(base)
    let column = Self.columns(before: start + fault.offset, from: start, columns) + 1
    return JepsenError(line: fault.line, column: column, .syntax(fault.problem))
  }

  /// How many bytes of its line there are before a place, if so many were before `start`.
  private static func columns(
    before place: UnsafePointer<UInt8>, from start: UnsafePointer<UInt8>, _ earlier: Int
  ) -> Int {
    var first = place
    while first > start, first[-1] != 0x0A { first -= 1 }
    return place - first + (first == start ? earlier : 0)
  }
}

/// A place to which a cursor can be put back.
private struct EDNPosition {
  var place: UnsafePointer<UInt8>
  var line: Int

  init(_ cursor: EDNCursor) {
    place = cursor.place
    line = cursor.line
  }
}
