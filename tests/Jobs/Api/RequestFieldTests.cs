using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Jobs.Tests;

/// <summary>Every invalid field of a body is reported, all at once, and nothing is changed.</summary>
public class RequestFieldTests(JobsStack stack) : IClassFixture<JobsStack>
{
    private const string Good = """ "source_key":"KEY","duration_s":30 """;
    private static readonly string Digits = new('9', 400);

    [Theory]
    [InlineData("{}", "params project_id type")]
    [InlineData("""{"project_id":null,"type":null,"params":null}""", "params project_id type")]
    [InlineData("""{"type":"dance","params":{},"cost_cents":0}""", "cost_cents params.source_key project_id type")]
    [InlineData($$"""{"project_id":"p","params":{ {{Good}} } }""", "type")]
    [InlineData($$"""{"project_id":"p","type":"Framing","params":{ {{Good}} } }""", "type")]
    [InlineData($$"""{"project_id":"p","type":"framing,overlay","params":{ {{Good}} } }""", "type")]
    [InlineData($$"""{"project_id":"p","type":"","params":{ {{Good}} } }""", "type")]
    [InlineData($$"""{"project_id":"p","type":7,"params":{ {{Good}} } }""", "type")]
    [InlineData(
        """{"project_id":"p","type":"framing","params":{"source_key":null,"duration_s":null}}""",
        "params.source_key")]
    [InlineData("""{"project_id":"p","type":"framing","params":[]}""", "params")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":1e400}}""", "params.duration_s")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":DIGITS}}""", "params.duration_s")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":NaN}}""", "params.duration_s")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":"NaN"}}""", "params.duration_s")]
    [InlineData($$"""{"project_id":"p","type":"framing","params":{ {{Good}} },"cost_cents":1e400}""", "cost_cents")]
    [InlineData($$"""{"project_id":"p","type":"framing","params":{ {{Good}} },"cost_cents":DIGITS}""", "cost_cents")]
    [InlineData($$"""{"project_id":"\ud800","type":"framing","params":{ {{Good}} } }""", "project_id")]
    [InlineData($$"""{"project_id":"p","type":"\udfff","params":{ {{Good}} } }""", "type")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"a\ud800","duration_s":30}}""", "params.source_key")]
    public Task A_job_is_rejected_for_these_fields(string json, string fields) => RejectedAsync("/api/jobs", json, fields);

    [Theory]
    [InlineData("""[{}]""", "[0].height [0].time [0].width [0].x [0].y")]
    [InlineData("""[{"time":0,"x":0,"width":100,"height":100}]""", "[0].y")]
    [InlineData("""[{"time":null,"x":0,"y":0,"width":100,"height":100}]""", "[0].time")]
    [InlineData("""[{"time":"0","x":0,"y":0,"width":100,"height":100}]""", "[0].time")]
    [InlineData("""[{"time":0,"x":1e400,"y":-1e400,"width":100,"height":100}]""", "[0].x [0].y")]
    [InlineData("""[{"time":0,"x":DIGITS,"y":0,"width":100,"height":100}]""", "[0].x")]
    [InlineData("""[null,null]""", "[0] [1]")]
    [InlineData("""[[]]""", "[0]")]
    [InlineData("""[5]""", "[0]")]
    [InlineData("""{}""", "")]
    public Task Crop_keyframes_are_rejected_at(string keyframes, string places) =>
        RejectedAsync("/api/jobs", Job("framing", "crop_keyframes", keyframes), Under("params.crop_keyframes", places));

    [Theory]
    [InlineData("""[{}]""", "[0].type [0].x [0].y")]
    [InlineData("""[{"type":"text","text":"a","y":0}]""", "[0].x")]
    [InlineData("""[{"type":null,"x":0,"y":0}]""", "[0].type")]
    [InlineData("""[{"type":"text","x":0,"y":0}]""", "[0].text")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"\ud800"}]""", "[0].text")]
    [InlineData("""[{"type":"box","x":0,"y":0,"width":1e400,"height":10}]""", "[0].width")]
    [InlineData("""[{"type":"box","x":0,"y":0,"width":10}]""", "[0].height")]
    [InlineData("""[{"type":"box","x":0,"y":0}]""", "[0].height [0].width")]
    [InlineData("""[null]""", "[0]")]
    public Task Overlay_layers_are_rejected_at(string layers, string places) =>
        RejectedAsync("/api/jobs", Job("overlay", "overlay_layers", layers), Under("params.overlay_layers", places));

    [Theory]
    [InlineData("{}", "source_key target_resolution")]
    [InlineData($"{{ {Good} }}", "target_resolution")]
    [InlineData($$"""{ {{Good}}, "target_resolution":null }""", "target_resolution")]
    [InlineData($$"""{ {{Good}}, "target_resolution":"9000p" }""", "target_resolution")]
    [InlineData($$"""{ {{Good}}, "target_resolution":1080 }""", "target_resolution")]
    [InlineData($$"""{ {{Good}}, "target_resolution":"720p", "crop_keyframes":[{}], "project_id":"" }""",
        "crop_keyframes[0].height crop_keyframes[0].time crop_keyframes[0].width crop_keyframes[0].x crop_keyframes[0].y project_id")]
    public Task An_export_is_rejected_for_these_fields(string json, string fields) => RejectedAsync("/api/export", json, fields);

    [Theory]
    [InlineData("{}", "params type")]
    [InlineData("""{"type":"dance","params":{}}""", "params.source_key type")]
    public Task A_quote_is_rejected_for_these_fields(string json, string fields) => RejectedAsync("/api/jobs/quote", json, fields);

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"typ\ud800":1,"type":"framing"}""")]
    [InlineData("""{"params":{"crop_keyframes":[{"tim\udfff":1}]}}""")]
    [InlineData("""{"type":"framing","type":"framing"}""")]
    [InlineData("""{"unknown":"\ud800\u0000"}""")]
    [InlineData("""{"unknown":-1e99999}""")]
    [InlineData("""{"type":"framing"}x""")]
    [InlineData("\"framing\"")]
    [InlineData("-1e400")]
    public async Task A_hostile_body_is_400_and_never_500(string json)
    {
        var user = await stack.UserAsync(0);
        foreach (var path in new[] { "/api/jobs", "/api/export", "/api/jobs/quote" })
        {
            using var response = await user.PostTextAsync(path, json);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{path} {(int)response.StatusCode} {text}");
            Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("errors").EnumerateObject());
        }
    }

    [Fact]
    public async Task An_unknown_type_is_answered_with_the_valid_types()
    {
        var user = await stack.UserAsync();
        using var response = await user.PostTextAsync(
            "/api/jobs/quote", """{"type":"dance","params":{"source_key":"k","duration_s":1}}""");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("""{"type":["must be one of framing, overlay, upscale, track"]}""", problem.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task A_long_list_of_invalid_keyframes_has_a_response_of_bounded_size()
    {
        var user = await stack.UserAsync();
        var json = Job("framing", "crop_keyframes", $"[{string.Join(',', Enumerable.Repeat("{}", 500))}]");
        using var response = await user.PostTextAsync("/api/jobs", json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 1000, 20_000);
        var manyNulls = $"[{string.Join(',', Enumerable.Repeat("null", 50_000))}]";
        using var nulls = await user.PostTextAsync("/api/jobs", Job("framing", "crop_keyframes", manyNulls));
        var errors = (await nulls.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal("params.crop_keyframes", Assert.Single(errors.EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("/api/jobs")]
    [InlineData("/api/jobs/quote")]
    public async Task The_resolution_of_a_job_is_optional(string path)
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync(path, user.Job());
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Job(string type, string member, string value) =>
        $$"""{"project_id":"p","type":"{{type}}","params":{ {{Good}}, "{{member}}":{{value}} } }""";

    private static string Under(string list, string places) => string.Join(' ', places.Split(' ').Select(place => list + place));

    private async Task RejectedAsync(string path, string json, string fields)
    {
        var user = await stack.UserAsync();
        json = json.Replace("KEY", user.SourceKey, StringComparison.Ordinal).Replace("DIGITS", Digits, StringComparison.Ordinal);
        using var response = await user.PostTextAsync(path, json);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        var names = problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal);
        Assert.Equal(fields, string.Join(' ', names));
        Assert.Equal((100, 0), await user.BalanceAsync());
        Assert.Equal("""{"jobs":[],"next_cursor":null}""", await user.Client.GetStringAsync("/api/jobs"));
    }
}
