// The editor for rich text. Without this script the text area itself is used.
import {
  Blockquote,
  Bold,
  BulletList,
  Document,
  Editor,
  HardBreak,
  Heading,
  History,
  Italic,
  Link,
  ListItem,
  Menu,
  OrderedList,
  Paragraph,
  Text,
  initializeEditors,
} from "django-prose-editor/editor"

const MARK = "data-django-prose-editor-portal"
const EMPTY = /^<(\w+)><\/\1>$/

function extensions() {
  return [
    Document,
    Paragraph,
    Text,
    HardBreak,
    History,
    Menu,
    Bold,
    Italic,
    Link.configure({ openOnClick: false }),
    Heading.configure({ levels: [3, 4] }),
    BulletList,
    OrderedList,
    ListItem,
    Blockquote,
  ]
}

function createEditor(textarea) {
  if (textarea.closest(".prose-editor")) return
  const { label } = JSON.parse(textarea.getAttribute(MARK))
  const frame = document.createElement("div")
  frame.className = "prose-editor"
  textarea.before(frame)
  frame.append(textarea)
  const attributes = { "aria-label": label, role: "textbox", "aria-multiline": "true" }
  const description = textarea.getAttribute("aria-describedby")
  if (description) attributes["aria-describedby"] = description
  return new Editor({
    element: frame,
    extensions: extensions(),
    content: textarea.value,
    // The policy of the portal allows no style element; the rules stand in the style sheets.
    injectCSS: false,
    editorProps: { attributes },
    onUpdate({ editor }) {
      const html = editor.getHTML()
      textarea.value = EMPTY.test(html) ? "" : html
      textarea.dispatchEvent(new Event("input", { bubbles: true }))
    },
  })
}

initializeEditors(createEditor, `[${MARK}]`)
