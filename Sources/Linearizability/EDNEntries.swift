import Operations

/// The entries of a Jepsen history in EDN; what is no client's is left out.
enum EDNEntries {
  private struct Line {
    var operation: JepsenOperation
    var number: Int
  }

  /// How many bytes are read between two looks at the clock.
  private static let chunkBytes = 1 << 18

  static func read(
    _ bytes: [UInt8], _ isOver: () -> Bool
  ) throws(GeneralHistoryError) -> [HistoryEntry] {
    var lines: [Line] = []
    var reader = JepsenReader()
    for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
      let chunk = bytes[start..<min(start + chunkBytes, bytes.count)]
      try checked { () throws(JepsenError) in try receive(chunk, &reader, &lines) }
      if isOver() { throw GeneralHistoryError(line: lines.last?.number ?? 1, .outOfTime) }
    }
    try checked { () throws(JepsenError) in
      try reader.finish { (operation, number) throws(JepsenError) in
        lines.append(Line(operation: operation, number: number))
      }
    }
    if lines.isEmpty { throw GeneralHistoryError(line: 1, .empty) }
    try order(&lines)
    try requireOrderOfTimes(lines)
    return lines.compactMap { line in
      guard case .client(let process) = line.operation.process else { return nil }
      return HistoryEntry(
        line: line.number, process: process, stage: stage(line.operation.type),
        function: line.operation.functionName, value: line.operation.value)
    }
  }

  private static func checked(_ body: () throws(JepsenError) -> Void) throws(GeneralHistoryError) {
    do throws(JepsenError) { try body() } catch {
      throw GeneralHistoryError(line: error.line, .syntax(error.text))
    }
  }

  private static func receive(
    _ chunk: ArraySlice<UInt8>, _ reader: inout JepsenReader, _ lines: inout [Line]
  ) throws(JepsenError) {
    let result = chunk.withUnsafeBytes { chunk in
      Result { () throws(JepsenError) in
        try reader.receive(chunk) { (operation, number) throws(JepsenError) in
          lines.append(Line(operation: operation, number: number))
        }
      }
    }
    try result.get()
  }

  /// By `:index` if all have one, otherwise as they are.
  private static func order(_ lines: inout [Line]) throws(GeneralHistoryError) {
    let indices = lines.compactMap(\.operation.index)
    guard indices.count == lines.count else { return }
    let order = lines.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
    for (earlier, later) in zip(order, order.dropFirst()) where indices[earlier] == indices[later] {
      throw GeneralHistoryError(
        line: lines[later].number,
        .syntax("another operation has the :index \(indices[later]) too"))
    }
    lines = order.map { lines[$0] }
  }

  private static func requireOrderOfTimes(_ lines: [Line]) throws(GeneralHistoryError) {
    var last = Int64.min
    for line in lines {
      guard let time = line.operation.time else { continue }
      guard time >= last else {
        throw GeneralHistoryError(
          line: line.number, .syntax("the :time \(time) is earlier than \(last) before it"))
      }
      last = time
    }
  }

  private static func stage(_ type: JepsenType) -> HistoryEntry.Stage {
    switch type {
    case .invoke: .invoked
    case .ok: .returned
    case .fail: .failed
    case .info: .inDoubt(isRetired: true)
    }
  }
}
