import CanonicalJSON
import Operations

extension StepPhrased {
  /// As `plan.json` has it.
  var json: JSONValue {
    guard let form = Self.forms.first(where: { $0.meaning(arguments) == self }) else {
      preconditionFailure("no form writes \(self)")
    }
    return form.json(arguments)
  }

  /// Reads what `plan.json` has, in a step before which there are `earlier` ones.
  init(_ reader: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    var members: [String] = []
    for name in Self.forms.flatMap({ [$0.member, $0.numberMember] }) {
      if let name, !members.contains(name) { members.append(name) }
    }
    try reader.rejectUnknownMembers(allowed: members)
    for form in Self.forms {
      guard let value = try reader.optional(form.first) else { continue }
      if form.isFixed {
        self = try Self(fixed: value, in: form.first)
        return
      }
      let arguments = try form.arguments(reader, nodes: nodes, earlier: earlier)
      guard let meaning = form.meaning(arguments) else { continue }
      self = meaning
      return
    }
    var firsts: [String] = []
    for form in Self.forms where !firsts.contains(form.first) { firsts.append(form.first) }
    throw reader.mismatch(expected: firsts.alternatives)
  }

  /// The one of the forms without arguments in `member` whose words stand in `reader`.
  private init(fixed reader: JSONReader, in member: String) throws(JSONError) {
    let forms = Self.forms.filter { $0.isFixed && $0.member == member }
    let words = try reader.string()
    guard let meaning = forms.first(where: { $0.fixedWords == words })?.meaning(StepArguments())
    else { throw reader.mismatch(expected: forms.map(\.fixedWords).alternatives) }
    self = meaning
  }
}

extension StepPhrase {
  /// The member by which it is recognised.
  fileprivate var first: String { member ?? numberMember ?? "" }

  /// Whether nothing is open in it.
  fileprivate var isFixed: Bool {
    pieces.allSatisfy { if case .text = $0 { true } else { false } }
  }

  fileprivate var fixedWords: String {
    pieces.map { if case .text(let words) = $0 { words } else { "" } }.joined()
  }

  fileprivate func json(_ arguments: StepArguments) -> JSONValue {
    var members: [JSONMember] = []
    if let member {
      let value = arguments.queue?.rawValue ?? fixedWords
      members.append(JSONMember(member, .string(value)))
    }
    if let numberMember, let number = arguments.number {
      members.append(JSONMember(numberMember, .integer(Int64(number))))
    }
    return .object(members)
  }

  fileprivate func arguments(
    _ reader: JSONReader, nodes: Int, earlier: Int
  ) throws(JSONError) -> StepArguments {
    var arguments = StepArguments()
    for piece in pieces {
      switch piece {
      case .text: break
      case .queue: arguments.queue = try reader.choice(member ?? "")
      case .number(let number):
        arguments.number = try number.read(
          reader.member(numberMember ?? ""), nodes: nodes, earlier: earlier)
      }
    }
    return arguments
  }
}

extension StepNumber {
  fileprivate func read(
    _ reader: JSONReader, nodes: Int, earlier: Int
  ) throws(JSONError) -> UInt32 {
    switch self {
    case .node: try reader.integer(in: 1...UInt32(nodes))
    case .step: try reader.earlierStep(of: earlier).rawValue
    case .count: try reader.integer(in: 1...Self.largestCount)
    }
  }
}

extension JSONReader {
  /// The step that the value names, one of `earlier` ones.
  func earlierStep(of earlier: Int) throws(JSONError) -> FaultID {
    guard earlier > 0 else { throw mismatch(expected: "an earlier step; there is none") }
    return FaultID(try integer(in: 0...UInt32(earlier - 1)))
  }
}

extension [String] {
  /// The names, for people: `a, b or c`.
  package var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + suffix(1).joined()
  }
}
