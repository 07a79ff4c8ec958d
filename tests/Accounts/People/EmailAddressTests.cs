namespace ReelBallers.Accounts.Tests;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("Jo@Example.COM", "jo@example.com")]
    [InlineData(" jo.o'neil+clips@mail.example.co.uk ", "jo.o'neil+clips@mail.example.co.uk")]
    [InlineData("1@x-1.io", "1@x-1.io")]
    public void Addresses_are_compared_without_case_and_surrounding_spaces(string text, string address) =>
        Assert.Equal(address, EmailAddress.Normalize(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("jo")]
    [InlineData("@example.com")]
    [InlineData("jo@")]
    [InlineData("jo@localhost")]
    [InlineData("jo@example..com")]
    [InlineData("jo@-example.com")]
    [InlineData("jo@example-.com")]
    [InlineData("jo@ex_ample.com")]
    [InlineData("jo@@example.com")]
    [InlineData("jo@a@example.com")]
    [InlineData("jo smith@example.com")]
    [InlineData("Jo <jo@example.com>")]
    [InlineData("jo@example.com\r\nBcc: all@example.com")]
    [InlineData("jo@example.com\n")]
    [InlineData("jo@example.com,other@example.com")]
    [InlineData("jö@example.com")]
    [InlineData("jo@exаmple.com")]
    [InlineData("jo@[127.0.0.1]")]
    public void Other_texts_are_no_addresses(string? text) => Assert.Null(EmailAddress.Normalize(text));

    [Fact]
    public void An_address_has_at_most_64_characters_before_the_at_and_254_in_all()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 3)) + ".com";
        Assert.NotNull(EmailAddress.Normalize($"{new string('l', 64)}@{domain}"));
        Assert.Null(EmailAddress.Normalize($"{new string('l', 65)}@example.com"));
        Assert.Null(EmailAddress.Normalize($"{new string('l', 64)}@ddd.{domain}.museum"));
        Assert.Null(EmailAddress.Normalize(new string('l', 1_000_000)));
    }

    [Fact]
    public void A_masked_address_shows_its_first_letter_and_its_domain() =>
        Assert.Equal("j…@example.com", EmailAddress.Mask("jo@example.com"));
}
