import fontoxpath from 'fontoxpath'
import { parseXmlDocument, type Element, type Node } from 'slimdom'

const schematron = 'http://purl.oclc.org/dsdl/schematron'

type Assertion = { readonly id: string; readonly test: string }
type Rule = { readonly nodes: string; readonly assertions: readonly Assertion[] }

/** What a file of Schematron says of a document. */
export type Verdict = {
  /** Ids of assertions that do not hold, each once. */
  readonly broken: readonly string[]
  /** How often an assertion was asked: 0 says that nothing was looked at. */
  readonly asked: number
}

/**
 * A reader of one preprocessed ISO Schematron file (XPath 2.0 binding, no variables, no functions), as EN 16931's is. In a
 * pattern the first rule whose context a node matches is its rule.
 * @throws Error for an expression that cannot be read: nothing is passed over
 */
export function openSchematron(text: string): (xml: string) => Verdict {
  const schema = parseXmlDocument(text)
  const all = (from: Element | typeof schema, name: string): Element[] =>
    from.getElementsByTagNameNS(schematron, name)
  if (all(schema, 'let').length + all(schema, 'include').length > 0)
    throw new Error('variables and inclusions have to be preprocessed')
  const prefixes = new Map(all(schema, 'ns').map((ns) => [attribute(ns, 'prefix'), attribute(ns, 'uri')]))
  const options = {
    namespaceResolver: (prefix: string): string | null => prefixes.get(prefix) ?? null,
    language: fontoxpath.evaluateXPath.XPATH_3_1_LANGUAGE
  }
  const patterns = all(schema, 'pattern').map((pattern) =>
    all(pattern, 'rule').map((rule): Rule => ({
      nodes: anywhere(attribute(rule, 'context')),
      assertions: all(rule, 'assert').map((each) => ({
        id: attribute(each, 'id'),
        test: attribute(each, 'test')
      }))
    }))
  )
  const nodesOf = (path: string, document: Node): Node[] =>
    fontoxpath.evaluateXPathToNodes<Node>(path, document, null, {}, options)
  const holds = (test: string, node: Node): boolean =>
    fontoxpath.evaluateXPathToBoolean(test, node, null, {}, options)
  return (xml) => {
    const document = parseXmlDocument(xml)
    const asked = patterns.flatMap((rules) => pairsOf(rules, (path) => nodesOf(path, document)))
    const broken = asked.filter(([{ test }, node]) => !holds(test, node)).map(([{ id }]) => id)
    return { broken: [...new Set(broken)].toSorted(), asked: asked.length }
  }
}

/** Which assertion is asked of which node. */
function pairsOf(rules: readonly Rule[], nodesOf: (path: string) => Node[]): [Assertion, Node][] {
  const ruled = new Set<Node>()
  return rules.flatMap(({ nodes, assertions }) => {
    const own = nodesOf(nodes).filter((node) => !ruled.has(node))
    for (const node of own) ruled.add(node)
    return own.flatMap((node) => assertions.map((each): [Assertion, Node] => [each, node]))
  })
}

const attribute = (element: Element, name: string): string => {
  const value = element.getAttribute(name)
  if (value === null) throw new Error(`${element.nodeName} without ${name}`)
  return value
}

/** A context is a pattern that matches wherever it ends; each alternative that is not rooted is looked for everywhere. */
const anywhere = (context: string): string =>
  alternatives(context)
    .map((each) => (each.startsWith('/') ? each : `//${each}`))
    .join(' | ')

const words = /'[^']*'|"[^"]*"|[[\]()|]|[^'"[\]()|]+/g

/** Split at bars that stand in no brackets and no text. */
function alternatives(context: string): string[] {
  const found = ['']
  let depth = 0
  for (const [word] of context.matchAll(words)) {
    if (word === '[' || word === '(') depth += 1
    if (word === ']' || word === ')') depth -= 1
    if (word === '|' && depth === 0) found.push('')
    else found.push(`${found.pop() ?? ''}${word}`)
  }
  return found.map((each) => each.trim())
}
