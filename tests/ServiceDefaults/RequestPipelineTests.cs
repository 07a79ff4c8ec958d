using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class RequestPipelineTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("guessed")]
    public async Task A_request_without_the_internal_credential_is_rejected(string? credential)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client(Guid.NewGuid(), credential);
        using var answer = await client.GetAsync("/who");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        Assert.Equal("Healthy", await client.GetStringAsync("/alive"));
    }

    [Fact]
    public async Task The_caller_is_the_user_of_the_gateways_header()
    {
        await using var service = await TestService.StartAsync();
        var user = Guid.NewGuid();
        using var known = service.Client(user);
        Assert.Equal(user.ToString(), await known.GetStringAsync("/who"));

        using var anonymous = service.Client();
        using var answer = await anonymous.GetAsync("/who");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Not authenticated", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"amount_cents":"5","name":"a"}""", "amount_cents")]
    [InlineData("""{"amount_cents":5.5,"name":"a"}""", "amount_cents")]
    [InlineData("""{"amount_cents":1e30,"name":"a"}""", "amount_cents")]
    [InlineData("""{"amount_cents":null,"name":"a"}""", "amount_cents")]
    [InlineData("""{"amount_cents":5,"name":null}""", "name")]
    [InlineData("""{"amount_cents":5,"name":7}""", "name")]
    [InlineData("""{"name":"a"}""", "body")]
    [InlineData("""{"amount_cents":5,"amount_cents":6,"name":"a"}""", "amount_cents")]
    [InlineData("""{"amount_cents":5,"name":"a","id":"not-a-uuid"}""", "id")]
    [InlineData("""{"amount_cents":5,"Name":"a"}""", "body")]
    [InlineData("""{"amount_cents":5,"name":"a\u0000b"}""", "name")]
    [InlineData("""{"amount_cents":5,"name":"\ud800"}""", "name")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"amount_cents":""", "amount_cents")]
    [InlineData("", "body")]
    public async Task An_invalid_body_is_reported_by_field(string body, string field)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client();
        using var answer = await client.PostAsync("/typed", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+json")]
    [InlineData("application/json-patch+json")]
    [InlineData("json")]
    [InlineData("")]
    public async Task Another_media_type_is_rejected(string contentType)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client();
        var body = new ByteArrayContent("""{"amount_cents":5,"name":"a"}"""u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await client.PostAsync("/typed", body);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("unsupported_media_type", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=\"UTF-8\"")]
    public async Task A_utf8_charset_is_accepted(string contentType)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client();
        var body = new ByteArrayContent("""{"amount_cents":5,"name":"a"}"""u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await client.PostAsync("/typed", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_missing_body_is_a_bad_request()
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client();
        using var answer = await client.PostAsync("/typed", null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_valid_body_is_read_and_written_in_snake_case()
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client();
        using var answer = await client.PostAsync(
            "/typed", new StringContent("""{"amount_cents":5,"name":"a"}""", Encoding.UTF8, "application/json"));
        Assert.Equal("""{"amount_cents":5,"name":"a","id":null}""", await answer.Content.ReadAsStringAsync());
    }
}
