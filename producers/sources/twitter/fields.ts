/** What is asked of every post, on the stream and in the search (https://docs.x.com/x-api/fundamentals/data-dictionary). */
export const POST_QUERY = {
  'tweet.fields':
    'id,text,author_id,created_at,lang,public_metrics,entities,referenced_tweets,conversation_id,in_reply_to_user_id,possibly_sensitive,note_tweet,edit_history_tweet_ids,edit_controls,withheld,attachments,geo,context_annotations',
  expansions: 'author_id,referenced_tweets.id,attachments.media_keys,geo.place_id',
  'user.fields': 'id,name,username,public_metrics,verified,verified_type,created_at,location,protected',
  'media.fields': 'media_key,type,url,preview_image_url',
  'place.fields': 'full_name,country,country_code,geo,name',
} as const;
