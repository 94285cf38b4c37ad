/// What a run or a guarantee came to; the worse value wins.
public enum Verdict: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Everything that was required held and was exercised.
  case valid
  /// Something required could not be judged.
  case unknown
  /// Something required was violated; outranks every unknown.
  case invalid

  private var severity: Int {
    switch self {
    case .valid: 0
    case .unknown: 1
    case .invalid: 2
    }
  }

  /// valid < unknown < invalid.
  public static func < (lhs: Verdict, rhs: Verdict) -> Bool { lhs.severity < rhs.severity }

  /// The program's exit code for this verdict: 0, 2 for unknown, 1 for invalid.
  public var exitCode: Int32 {
    switch self {
    case .valid: 0
    case .unknown: 2
    case .invalid: 1
    }
  }
}

/// What was found about one guarantee for one queue.
public enum Judgement: Hashable, Sendable {
  /// It was exercised and held.
  case held
  /// It was violated.
  case violated
  /// It cannot be told; the reason is for people.
  case unknown(String)
  /// The run did not put it to the test; the reason is for people.
  case notExercised(String)

  /// The verdict of a run that requires only this guarantee.
  public var verdict: Verdict {
    switch self {
    case .held: .valid
    case .violated: .invalid
    case .unknown, .notExercised: .unknown
    }
  }

  /// `held`, `violated`, `unknown` or `not exercised`.
  public var name: String {
    switch self {
    case .held: "held"
    case .violated: "violated"
    case .unknown: "unknown"
    case .notExercised: "not exercised"
    }
  }

  /// The reason of an unknown or not exercised judgement; empty otherwise.
  public var reason: String {
    switch self {
    case .held, .violated: ""
    case .unknown(let reason), .notExercised(let reason): reason
    }
  }
}
