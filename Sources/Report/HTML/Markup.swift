/// A piece of HTML or SVG; text and attributes that go into it are always escaped.
///
///     let line: Markup = "\(count) of \(Markup.tag("code", [:], foreignText))"
///
/// Tag and attribute names are literals, so that no foreign text can become markup. What it makes
/// is well-formed XML as well, so that a strict parser can check it.
struct Markup: Hashable, Sendable {
  /// The source text.
  private(set) var source = ""

  /// Nothing.
  init() {}

  /// A text, cut to what a report shows of one.
  init(_ text: String) {
    source = MarkupText.escaped(MarkupText.bounded(text))
  }

  /// A text of any length.
  init(whole text: String) {
    source = MarkupText.escaped(text)
  }

  /// Source that the program itself has written: a style sheet, a script, a fixed symbol.
  init(trusted source: StaticString) {
    self.source = "\(source)"
  }

  /// Pieces one after the other.
  init(joining pieces: [Markup], separator: Markup = Markup()) {
    for (place, piece) in pieces.enumerated() {
      if place > 0 { source += separator.source }
      source += piece.source
    }
  }

  var isEmpty: Bool { source.isEmpty }

  static func += (lhs: inout Markup, rhs: Markup) { lhs.source += rhs.source }

  static func + (lhs: Markup, rhs: Markup) -> Markup {
    var sum = lhs
    sum += rhs
    return sum
  }
}

extension Markup {
  /// Attributes in order; those that are nil are left out.
  typealias Attributes = KeyValuePairs<StaticString, String?>

  private static let voidNames: Set<String> = ["meta", "br", "hr", "col"]

  /// An element with its content.
  static func tag(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: Markup...
  ) -> Markup {
    tag(name, attributes, joining: content)
  }

  /// An element with a list of pieces as its content.
  static func tag(
    _ name: StaticString, _ attributes: Attributes = [:], joining content: [Markup]
  ) -> Markup {
    var element = Markup()
    element.source = "<\(name)"
    for (key, value) in attributes {
      if let value { element.source += " \(key)=\"\(MarkupText.escaped(value))\"" }
    }
    if voidNames.contains("\(name)") {
      element.source += "/>"
      return element
    }
    element.source += ">"
    for piece in content { element.source += piece.source }
    element.source += "</\(name)>"
    return element
  }
}

extension Markup: ExpressibleByStringInterpolation {
  /// Collects text, which it escapes, and markup.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = Markup()

    init(literalCapacity: Int, interpolationCount: Int) {
      markup.source.reserveCapacity(literalCapacity)
    }

    mutating func appendLiteral(_ literal: String) { markup += Markup(whole: literal) }
    mutating func appendInterpolation(_ text: String) { markup += Markup(text) }
    mutating func appendInterpolation(_ piece: Markup) { markup += piece }
  }

  init(stringLiteral value: String) { self.init(whole: value) }
  init(stringInterpolation: StringInterpolation) { self = stringInterpolation.markup }
}
