/** Words that read like something and mean nothing in particular. */
export const plainWords: readonly string[] = `
account after amber apple around autumn basket before below bench between blue board border bottle
branch bread bridge bright broad brook brown button candle canvas carpet center chair cloud coast
common copper corner cotton couple cover crisp curtain daily dance deep delta desert distant door
double early east easy edge engine evening every fabric family field final finger first floor flower
forest forward fresh garden gentle glass gold grain grass green harbor hazel heavy hidden hill hollow
honey island ivory journey kettle ladder lake large later leaf lemon letter level light linen little
long lower maple market meadow middle mild minor mirror mist modern morning mountain narrow near new
noble north ocean olive open orange outer over paper path pepper picture pine plain plum pocket point
polar porch quick quiet rain rapid red ribbon river road roof rough round sand season second shade
sharp shore short silver simple slow small smooth soft south spring square stone storm summer table
tall thin third timber together tower under valley velvet village violet warm water wave west white
wide willow window winter wood yellow young
`
  .trim()
  .split(/\s+/);
