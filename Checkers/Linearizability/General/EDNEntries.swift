import Operations

/// The entries of a Jepsen history in EDN; what is no client's is left out.
enum EDNEntries {
  private struct Line {
    var operation: JepsenOperation
    var number: Int
  }

  static func read(_ bytes: [UInt8]) throws(GeneralHistoryError) -> [HistoryEntry] {
    var lines: [Line] = []
    do throws(JepsenError) {
      lines = try self.lines(of: bytes)
    } catch {
      throw GeneralHistoryError(line: error.line, .syntax(error.text))
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

  private static func lines(of bytes: [UInt8]) throws(JepsenError) -> [Line] {
    var lines: [Line] = []
    var reader = JepsenReader()
    let result = bytes.withUnsafeBytes { chunk in
      Result { () throws(JepsenError) in
        try reader.receive(chunk) { (operation, number) throws(JepsenError) in
          lines.append(Line(operation: operation, number: number))
        }
        try reader.finish { (operation, number) throws(JepsenError) in
          lines.append(Line(operation: operation, number: number))
        }
      }
    }
    try result.get()
    return lines
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
