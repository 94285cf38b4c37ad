import Harness
import Operations

/// How targets and occasions are written in scenarios: the phrases of `StepPhrased.forms` as text.
extension StepPhrased {
  /// What `text` says; nil if it says nothing.
  init?(_ text: String) {
    for form in Self.forms {
      guard let arguments = form.arguments(in: text), let meaning = form.meaning(arguments) else {
        continue
      }
      self = meaning
      return
    }
    return nil
  }

  /// All forms, for people: `random, leader of KIND or step N`; nodes are n1 to the last.
  static func choices(nodes: Int = 1) -> String {
    forms.map { form in
      form.pieces.map { piece in
        switch piece {
        case .text(let words): words
        case .queue(let kinds): kinds.count == 1 ? kinds[0].rawValue : "KIND"
        case .number(.node): "1 to n\(nodes)"
        case .number: "N"
        }
      }.joined()
    }.alternatives
  }

  /// Every form with every kind of queue, for suggestions, with the number that stands in `text`.
  static func examples(like text: String = "") -> [String] {
    let digits = text.filter(\.isNumber)
    return forms.flatMap { form in
      form.pieces.reduce([""]) { texts, piece in
        switch piece {
        case .text(let words): texts.map { $0 + words }
        case .queue(let kinds): texts.flatMap { text in kinds.map { text + $0.rawValue } }
        case .number(let number): texts.map { $0 + (digits.isEmpty ? number.least : digits) }
        }
      }
    }
  }

  /// The forms as a regular expression, without the words in `excluded`.
  static func pattern(without excluded: String? = nil) -> String {
    let choices = forms.map { form in
      form.pieces.map { piece in
        switch piece {
        case .text(let words): words
        case .queue(let kinds):
          kinds.count == 1
            ? kinds[0].rawValue : "(\(kinds.map(\.rawValue).joined(separator: "|")))"
        case .number(let number): number.pattern
        }
      }.joined()
    }
    return "^(\(choices.filter { $0 != excluded }.joined(separator: "|")))$"
  }
}

extension StepPhrase {
  /// What is open in the phrase where `text` is all of it; nil if it is not.
  fileprivate func arguments(in text: String) -> StepArguments? {
    var arguments = StepArguments()
    var rest = text[...]
    for piece in pieces {
      switch piece {
      case .text(let words):
        guard rest.hasPrefix(words) else { return nil }
        rest = rest.dropFirst(words.count)
      case .queue(let kinds):
        guard let kind = kinds.first(where: { rest.hasPrefix($0.rawValue) }) else { return nil }
        arguments.queue = kind
        rest = rest.dropFirst(kind.rawValue.count)
      case .number(let number):
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard let value = number.value(of: digits) else { return nil }
        arguments.number = value
        rest = rest.dropFirst(digits.count)
      }
    }
    return rest.isEmpty ? arguments : nil
  }
}

extension StepNumber {
  /// The smallest number, for suggestions.
  fileprivate var least: String { self == .step ? "0" : "1" }

  /// How it is written, as a regular expression.
  fileprivate var pattern: String {
    switch self {
    case .node: "[1-9]"
    case .step: "(0|[1-9][0-9]?)"
    case .count: "[1-9][0-9]{0,5}"
    }
  }

  /// The number that `digits` are, without leading zeros; nil if it cannot be meant.
  fileprivate func value(of digits: Substring) -> UInt32? {
    guard digits.first != "0" || digits.count == 1, let value = UInt32(digits) else { return nil }
    switch self {
    case .node: return value > 0 ? value : nil
    case .step: return value
    case .count: return value > 0 && value <= Self.largestCount ? value : nil
    }
  }
}
