"""The two ways to use a page: by pointer, and by keyboard alone. Both have the same methods."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

_STOPS = 200
"""How often Tab is pressed at most to come to something: more than any page of these tests has to stop at."""

_HAS_FOCUS = "each => each === document.activeElement"


class Pointer:
    """Clicks, and types into what was clicked."""

    def press(self, target: Locator) -> None:
        """Press a button, or follow a link."""
        target.click()

    def tick(self, target: Locator) -> None:
        """Tick a box."""
        target.click()

    def type(self, target: Locator, text: str) -> None:
        """Write into a field, in place of what is there."""
        target.click(click_count=3)
        target.page.keyboard.type(text)

    def select(self, target: Locator, option: str) -> None:
        """Choose an option. The browser shows them outside the page, where no test can click."""
        target.select_option(label=option)

    def choose(self, button: Locator, entry: str) -> None:
        """Choose an entry of a menu."""
        button.click()
        button.page.get_by_role("menuitem", name=entry).click()

    def give(self, target: Locator, *files: Any) -> None:
        """Answer with files where a button or a field asks for them."""
        with target.page.expect_file_chooser() as chooser:
            target.click()
        chooser.value.set_files(list(files))

    def leave(self, dialog: Locator) -> None:
        """Close a dialog."""
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)


class Keyboard:
    """Comes to everything by Tab from where the focus is, as somebody without a pointer does."""

    def press(self, target: Locator) -> None:
        """Press a button, or follow a link."""
        self._come_to(target).keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """Tick a box."""
        self._come_to(target).keyboard.press("Space")

    def type(self, target: Locator, text: str) -> None:
        """Write into a field, in place of what is there."""
        page = self._come_to(target)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)

    def select(self, target: Locator, option: str) -> None:
        """Choose an option by arrows: letters that come late on a busy machine would each begin another word."""
        page = self._come_to(target)
        page.keyboard.press("Home")
        chosen = target.locator("option:checked")
        for _ in range(target.locator("option").count()):
            if chosen.inner_text() == option:
                break
            page.keyboard.press("ArrowDown")
        expect(chosen).to_have_text(option)

    def choose(self, button: Locator, entry: str) -> None:
        """Choose an entry of a menu."""
        page = self._come_to(button)
        page.keyboard.press("Enter")
        entries = page.get_by_role("menuitem")
        expect(entries.first).to_be_focused()
        wanted = page.get_by_role("menuitem", name=entry)
        for _ in range(entries.count()):
            if wanted.evaluate(_HAS_FOCUS):
                break
            page.keyboard.press("ArrowDown")
        expect(wanted).to_be_focused()
        page.keyboard.press("Enter")

    def give(self, target: Locator, *files: Any) -> None:
        """Answer with files where a button or a field asks for them."""
        page = self._come_to(target)
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(list(files))

    def leave(self, dialog: Locator) -> None:
        """Close a dialog."""
        dialog.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    def _come_to(self, target: Locator) -> Page:
        expect(target).to_be_visible()
        for _ in range(_STOPS):
            if target.evaluate(_HAS_FOCUS):
                return target.page
            target.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")


Hand = Pointer | Keyboard
