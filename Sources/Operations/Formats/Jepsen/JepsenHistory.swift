/// A Jepsen history: operations in the order of their `:index`, each with the one that ends it.
package struct JepsenHistory: Sendable {
  /// What stands in `partners` where there is none.
  package static let noPartner: Int32 = -1

  /// The operations in order.
  package let operations: [JepsenOperation]
  /// For each operation the place of the one that ends it or that it ends; `noPartner` for what
  /// never ended and for what the nemesis did.
  package let partners: [Int32]
  /// For each operation its line in the file, or its place among those that were given.
  let lines: [Int32]

  /// Puts operations in order and checks that they are a history.
  ///
  /// The order is that of `:index` if all have one, and otherwise the one that is given. `lines`
  /// are those of the file, for errors; without them the places are taken, from 1.
  package init(
    _ operations: [JepsenOperation], lines: [Int32] = []
  ) throws(JepsenError) {
    guard operations.count < Int32.max else { throw JepsenError(line: 0, .tooLong) }
    var operations = operations
    var lines = lines.isEmpty ? operations.indices.map { Int32($0 + 1) } : lines
    try Self.order(&operations, &lines)
    var pairing = JepsenPairing(count: operations.count)
    for place in operations.indices {
      do throws(JepsenPairing.Failure) {
        try pairing.take(operations[place], at: place)
      } catch {
        throw JepsenError(line: Int(lines[place]), error.problem)
      }
    }
    self.operations = operations
    self.lines = lines
    partners = pairing.partners
  }

  /// Reads the history in a file's bytes.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(JepsenError) {
    var parts = JepsenParts()
    try parts.receive(bytes)
    self = try parts.finish()
  }

  /// Reads the history in a file's bytes.
  package init(parsing bytes: [UInt8]) throws(JepsenError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(JepsenError) in try JepsenHistory(parsing: bytes) }
    }
    self = try result.get()
  }

  /// The operation that ends what begins at `place`; nil if nothing does.
  package func end(of place: Int) -> JepsenOperation? {
    partners[place] == Self.noPartner ? nil : operations[Int(partners[place])]
  }

  private static func order(
    _ operations: inout [JepsenOperation], _ lines: inout [Int32]
  ) throws(JepsenError) {
    var isOrdered = true
    var last = Int64.min
    for operation in operations {
      guard let index = operation.index else { return }
      if index <= last { isOrdered = false }
      last = index
    }
    if isOrdered { return }
    let indices = operations.map { $0.index ?? 0 }
    let order = operations.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
    for (earlier, later) in zip(order, order.dropFirst()) where indices[earlier] == indices[later] {
      throw JepsenError(line: Int(lines[later]), .duplicateIndex(indices[later]))
    }
    operations = order.map { operations[$0] }
    lines = order.map { lines[$0] }
  }
}
