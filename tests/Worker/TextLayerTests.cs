using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>Texts of all scripts that the fonts cover are drawn; others are refused by name.</summary>
public sealed class TextLayerTests : IAsyncLifetime
{
    private const int Side = 200;

    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await WorkerRig.StartAsync();
        _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "black.mp4", "-f", "lavfi", "-i", "color=black:size=320x180:rate=5:duration=0.4", "-c:v", "libx264", "-preset", "ultrafast");
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Each_script_has_its_own_letters()
    {
        // A font without them would draw the same box for all.
        string[] letters = ["篮", "球", "ひ", "한", "글", "ไ", "ब", "🏀", "🏆", "ع"];
        var frame = await DrawAsync(letters);
        var drawn = letters.Select((_, i) => Ink(frame, i)).ToArray();
        Assert.All(drawn, ink => Assert.InRange(ink.Count, 100, Side * Side / 2));
        foreach (var (index, ink) in drawn.Index())
        {
            Assert.All(drawn.Take(index), other => Assert.True(ink.Except(other).Count() + other.Except(ink).Count() > 100));
        }
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Hebrew_runs_from_right_to_left_and_Arabic_is_joined()
    {
        var frame = await DrawAsync(["שא", "א", "שש", "ببب", "ب ب ب"]);
        // What comes first stands on the right: the left of "שא" is an alef.
        var left = Ink(frame, 0).Where(at => at.X < Ink(frame, 1).Max(ink => ink.X) + 1).ToHashSet();
        Assert.True(left.Except(Ink(frame, 1)).Count() < Ink(frame, 1).Count / 5);
        Assert.True(Ink(frame, 3).Max(at => at.X) < Ink(frame, 4).Max(at => at.X));
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_character_without_a_glyph_is_refused_by_name() => Assert.Equal(
        "a text layer cannot be drawn: the fonts do not have 𒀀 (U+12000), U+E000",
        await _rig.ErrorOfAsync(_rig.Input(
            new { overlay_layers = new[] { new { type = "text", x = 0, y = 0, text = "ok 𒀀\uE000" } } })));

    [Fact]
    public async Task Without_fonts_the_characters_are_named()
    {
        var empty = Directory.CreateTempSubdirectory("no-fonts-");
        await using var rig = await WorkerRig.StartAsync(new WorkerOptions { FontDirectory = empty.FullName });
        var error = await rig.ErrorOfAsync(rig.Input(new { overlay_layers = new[] { new { type = "text", x = 0, y = 0, text = "Hi" } } }));
        Assert.Equal("a text layer cannot be drawn: the fonts do not have H (U+0048), i (U+0069)", error);
        empty.Delete();
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_folder_of_fonts_is_used_with_the_plain_one_first_and_emoji_last()
    {
        var folder = Directory.CreateTempSubdirectory("fonts-");
        foreach (var font in await NpmFonts.FetchAsync(_ => { }, CancellationToken.None))
        {
            File.CreateSymbolicLink(Path.Combine(folder.FullName, Path.GetFileName(font.Path)), font.Path);
        }

        var finder = new FontFinder(new WorkerOptions { FontDirectory = folder.FullName }, NullLogger<FontFinder>.Instance);
        var found = await finder.FindAsync(["1 篮 🏀"], CancellationToken.None);
        Assert.Equal(("Noto Sans", "Noto Emoji"), (found[0].Family, found[^1].Family));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Opacity_and_times_of_a_text_are_kept()
    {
        var layers = new[] { new { type = "text", x = 0, y = 0, text = "███", font_size = 150, opacity = 0.5, end_s = 0.2 } };
        var file = await _rig.ResultOfAsync(_rig.Input(new { overlay_layers = layers }));
        Assert.Matches(@"^rgb\(12[0-9],12[0-9],12[0-9]\)$", (await ClipMaker.FrameAsync(file, 0, 1280, 720)).ColorAt(60, 100));
        Assert.Equal("black", (await ClipMaker.FrameAsync(file, 0.2, 1280, 720)).ColorAt(60, 100));
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_list_of_characters_is_what_the_fonts_cover()
    {
        var listed = CharacterRanges.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "covered-characters.txt")));
        var fonts = await NpmFonts.FetchAsync(_ => { }, CancellationToken.None);
        var covered = CharacterRanges.Of(Enumerable.Range(0, 0x110000).Where(c => fonts.Any(font => font.Characters.Contains(c))));
        Assert.Equal(covered.ToString(), listed.ToString());
    }

    private async Task<Picture> DrawAsync(string[] texts)
    {
        var layers = texts.Select(
            (text, i) => new { type = "text", x = 20 + (i % 5 * 240), y = 20 + (i / 5 * 300), text, font_size = 100 });
        var file = await _rig.ResultOfAsync(_rig.Input(new { overlay_layers = layers }));
        return await ClipMaker.FrameAsync(file, 0, 1280, 720);
    }

    /// <summary>The pixels that the text drew, from its own corner.</summary>
    private static HashSet<(int X, int Y)> Ink(Picture frame, int index)
    {
        var (left, top) = (20 + (index % 5 * 240), 20 + (index / 5 * 300));
        return [.. from x in Enumerable.Range(0, Side + 30)
            from y in Enumerable.Range(0, Side)
            where frame.ColorAt(left + x, top + y) == "white"
            select (x, y)];
    }
}
