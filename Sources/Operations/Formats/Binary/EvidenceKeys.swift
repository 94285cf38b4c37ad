/// The keys of the fields of events; see `FieldList`. A key is never used for anything else later.
///
/// Even ones are numbers, odd ones are texts and lists.
enum FieldKey {
  /// The fields of a fault event.
  enum Fault {
    static let fault: UInt64 = 2
    static let name: UInt64 = 5
    static let stage: UInt64 = 6
    static let node: UInt64 = 8
    static let detail: UInt64 = 11
    static let evidence: UInt64 = 13
  }

  /// The fields of a fault's evidence.
  enum Probe {
    static let figure: UInt64 = 3
    static let incarnation: UInt64 = 5
  }

  /// The fields of a figure.
  enum Figure {
    static let name: UInt64 = 2
    static let node: UInt64 = 4
    static let value: UInt64 = 6
  }

  /// The fields of a change of incarnation.
  enum Incarnation {
    static let node: UInt64 = 2
    static let before: UInt64 = 5
    static let after: UInt64 = 7
  }

  /// The fields of a broker event; from `leaders` on its evidence, of which one is there at most.
  enum Broker {
    static let kind: UInt64 = 2
    static let node: UInt64 = 4
    static let queue: UInt64 = 6
    static let detail: UInt64 = 9
    static let leaders: UInt64 = 11
    static let lacking: UInt64 = 13
    static let emptiness: UInt64 = 15
    static let log: UInt64 = 17
    static let state: UInt64 = 19
  }

  /// The field of a list of nodes.
  enum Nodes {
    static let node: UInt64 = 2
  }

  /// The fields of a proof of emptiness.
  enum Emptiness {
    static let looks: UInt64 = 2
    static let isOpen: UInt64 = 4
    static let isWell: UInt64 = 6
    static let unasked: UInt64 = 8
    static let strangers: UInt64 = 10
    static let queue: UInt64 = 13
    static let replica: UInt64 = 15
  }

  /// The fields of a count of a queue or a replica.
  enum Count {
    static let seenBy: UInt64 = 2
    static let ready: UInt64 = 4
    static let unacknowledged: UInt64 = 6
    static let replica: UInt64 = 8
    static let depth: UInt64 = 10
    static let isOnline: UInt64 = 12
  }

  /// The fields of what a log says; without a pattern it was read.
  enum Log {
    static let pattern: UInt64 = 3
    static let line: UInt64 = 5
    static let at: UInt64 = 6
  }

  /// The fields of a node's state; lists that are empty rather than unknown are said to be known.
  enum Node {
    static let hasProcess: UInt64 = 2
    static let isPortOpen: UInt64 = 4
    static let isServing: UInt64 = 6
    static let partitioned: UInt64 = 9
    static let unseen: UInt64 = 11
  }

  /// The fields of a look of the harness at itself.
  enum Watch {
    static let loopLag: UInt64 = 2
    static let relayLag: UInt64 = 4
    static let stolenPerMille: UInt64 = 6
    static let loadHundredths: UInt64 = 8
  }
}
