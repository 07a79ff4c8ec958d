using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class VideoFacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "video",
                table: "uploads",
                type: "jsonb",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "video",
                table: "uploads");
        }
    }
}
