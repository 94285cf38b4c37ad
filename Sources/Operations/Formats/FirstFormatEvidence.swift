/// Turns the prose by which format 1 told evidence into values, where it can be read exactly;
/// everything else stays unknown.
///
/// It is the only place that reads a `detail`, and it reads those of histories of format 1 only.
enum FirstFormatEvidence {
  private static let uncounted = "not everybody could be asked: "
  private static let severalLeaders = "several nodes lead it: "
  private static let lackingMirrors = "mirrors that lack messages: "

  /// The event with the evidence that its detail is known to stand for.
  static func completed(_ event: BrokerEvent) -> BrokerEvent {
    var event = event
    event.evidence = evidence(of: event)
    return event
  }

  private static func evidence(of event: BrokerEvent) -> BrokerEvidence? {
    let detail = event.detail
    switch event.kind {
    case .leader:
      if detail.isEmpty { return event.node.map { .leaders([$0]) } }
      return nodes(in: detail, behind: severalLeaders).map { .leaders($0) }
    case .unsynchronised: return nodes(in: detail, behind: lackingMirrors).map { .lacking($0) }
    case .synchronised: return detail.isEmpty ? .lacking([]) : nil
    case .logged: return .log(log(detail))
    case .drained:
      guard detail == "proved twice on all nodes" else { return nil }
      return .emptiness(EmptinessEvidence(looks: 2, isOpen: false, isWell: true))
    case .undrained: return .emptiness(undrained(detail))
    case .nodeUp, .nodeDown, .nodeState, .bootRetried, .healed, .partitioned: return nil
    }
  }

  /// `read`, or `pattern: line`.
  private static func log(_ detail: String) -> LogRecord {
    if detail == "read" { return .read }
    guard let range = detail.firstRange(of: ": ") else {
      return .matched(LogLine(pattern: detail, line: ""))
    }
    return .matched(
      LogLine(
        pattern: String(detail[..<range.lowerBound]), line: String(detail[range.upperBound...])))
  }

  /// That the queue was not proved empty is open if the detail begins so. If it complains of
  /// nothing but messages, everybody was there and these are the counts that are not zero.
  private static func undrained(_ detail: String) -> EmptinessEvidence {
    let isOpen = detail.hasPrefix(uncounted)
    let text = isOpen ? String(detail.dropFirst(uncounted.count)) : detail
    let unknown = EmptinessEvidence(looks: nil, isOpen: isOpen, isWell: nil)
    if text == "found empty only once" {
      return EmptinessEvidence(looks: 1, isOpen: isOpen, isWell: true)
    }
    if isOpen { return unknown }
    var evidence = EmptinessEvidence(looks: 0, isOpen: false, isWell: true)
    for complaint in text.split(separator: ";") {
      guard add(complaint, to: &evidence) else { return unknown }
    }
    return evidence
  }

  /// Whether the complaint is one of messages: `n1 counts 3 ready and 1 unacknowledged` or
  /// `n1 counts 4 messages on the replica of n2`.
  private static func add(_ complaint: Substring, to evidence: inout EmptinessEvidence) -> Bool {
    let words = complaint.split(separator: " ")
    guard words.count > 2, words[1] == "counts", let seenBy = node(words[0]),
      let count = Int(words[2]), count >= 0
    else { return false }
    if words.count == 7, words[3...4] == ["ready", "and"], words[6] == "unacknowledged",
      let unacknowledged = Int(words[5]), unacknowledged >= 0
    {
      evidence.queues.append(
        QueueCount(seenBy: seenBy, ready: count, unacknowledged: unacknowledged))
      return true
    }
    guard words.count == 9, words[3...7] == ["messages", "on", "the", "replica", "of"],
      let replica = node(words[8])
    else { return false }
    evidence.replicas.append(ReplicaCount(seenBy: seenBy, replica: replica, depth: count))
    return true
  }

  private static func nodes(in detail: String, behind start: String) -> [NodeID]? {
    guard detail.hasPrefix(start) else { return nil }
    let names = detail.dropFirst(start.count).split(separator: ", ")
    let nodes = names.compactMap(node)
    return nodes.count == names.count ? nodes : nil
  }

  private static func node(_ name: Substring) -> NodeID? {
    guard name.first == "n" else { return nil }
    return UInt32(name.dropFirst()).map { NodeID($0) }
  }
}
