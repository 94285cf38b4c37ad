/// Collects the operations of a Jepsen history that comes in chunks.
///
/// A long file can be read in two halves at the same time: the second one as a `JepsenTail`, which
/// is good if the first one turns out to end between two operations.
package struct JepsenParts: ~Copyable {
  private var reader: JepsenReader
  private var found = JepsenTail()

  /// Nothing yet; the file has so many bytes, as far as that is known.
  package init(fileBytes: Int = 0) {
    reader = JepsenReader()
    found.reserve(fileBytes)
  }

  /// Nothing yet of the rest of a file, from a line on that is hoped to come behind operations that
  /// no collection is around.
  package init(tailBytes: Int) {
    reader = .behindOperations()
    found.reserve(tailBytes)
  }

  /// Takes the next bytes of the file.
  package mutating func receive(_ chunk: UnsafeRawBufferPointer) throws(JepsenError) {
    try reader.receive(chunk) { (operation, line) throws(JepsenError) in
      found.append(operation, line)
    }
  }

  /// Takes the next bytes of the file.
  package mutating func receive(_ chunk: [UInt8]) throws(JepsenError) {
    let result = chunk.withUnsafeBytes { bytes in
      Result { () throws(JepsenError) in try receive(bytes) }
    }
    try result.get()
  }

  /// Takes the rest of the file, which was read apart; false if that cannot be, since what was
  /// received does not end between two operations: then the rest has to be received.
  package mutating func take(_ tail: JepsenTail) throws(JepsenError) -> Bool {
    let line = try reader.readAll { (operation, line) throws(JepsenError) in
      found.append(operation, line)
    }
    guard let line else { return false }
    found.append(tail, behind: line - 1)
    return true
  }

  /// The history, once all bytes of the file have been received.
  package mutating func finish() throws(JepsenError) -> JepsenHistory {
    try finishReading()
    return try JepsenHistory(found.operations, lines: found.lines)
  }

  /// The rest of a file, once all bytes of it have been received.
  package mutating func finishTail() throws(JepsenError) -> JepsenTail {
    try finishReading()
    return found
  }

  private mutating func finishReading() throws(JepsenError) {
    try reader.finish { (operation, line) throws(JepsenError) in found.append(operation, line) }
  }
}

/// Operations of the end of a file, with their lines counted from its beginning.
package struct JepsenTail: Sendable {
  fileprivate private(set) var operations: [JepsenOperation] = []
  fileprivate private(set) var lines: [Int32] = []

  private static let largestExpected = 4 << 30

  fileprivate mutating func reserve(_ bytes: Int) {
    // Operations take about ninety bytes. Memory that is not used costs nothing.
    let expected = min(max(bytes, 0), Self.largestExpected) / 80
    operations.reserveCapacity(expected)
    lines.reserveCapacity(expected)
  }

  fileprivate mutating func append(_ operation: consuming JepsenOperation, _ line: Int) {
    operations.append(operation)
    lines.append(Int32(clamping: line))
  }

  fileprivate mutating func append(_ tail: JepsenTail, behind: Int) {
    operations += tail.operations
    for line in tail.lines { lines.append(Int32(clamping: Int(line) + behind)) }
  }
}
