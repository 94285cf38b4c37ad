package import Harness
package import Operations

extension RunResult {
  /// The queues of one kind.
  package func queues(of kind: QueueKind) -> [QueueResult] {
    queues.filter { $0.kind == kind }
  }

  /// The kinds of queue in the run, in the order of its queues.
  package var kinds: [QueueKind] {
    queues.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// How people call the queue: by its kind, or by its name where the run has several of the kind.
  package func label(of queue: QueueResult) -> String {
    // A history may have thousands of queues, so that they are not all looked at for each.
    var count = 0
    for place in queues.indices where queues[place].description.kind == queue.kind {
      count += 1
      if count > 1 { return Readable.printable(queue.description.name) }
    }
    return count == 1 ? queue.kind.rawValue : Readable.printable(queue.description.name)
  }

  /// A figure over all queues of a kind: counts are added, the longest time counts; nil if a queue
  /// lacks it or there is no such queue.
  package func figure(_ key: MeasureKey, of kind: QueueKind) -> MeasureValue? {
    let queues = queues(of: kind)
    if queues.isEmpty { return nil }
    let counts = queues.compactMap { $0.count(key) }
    if counts.count == queues.count { return .count(counts.reduce(0, +)) }
    let durations = queues.compactMap { $0.duration(key) }
    if durations.count == queues.count { return durations.max().map { .duration($0) } }
    return queues.lazy.compactMap { $0.figure(key) }.first { figure in
      if case .absent = figure { true } else { false }
    }
  }

  /// A figure of whole queues over all of a kind.
  package func figure(_ name: MeasureName, of kind: QueueKind) -> MeasureValue? {
    figure(.whole(name), of: kind)
  }
}
